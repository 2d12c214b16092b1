import { type EnvOf, type EnvVariable, oneOf } from '@cloakroom/core';
import * as v from 'valibot';
import { origins } from '../origins.ts';
import { SAME_SITE, type SameSite } from './set-cookie.ts';

const DEFAULT_NAME = '__Host-cloakroom';

/** A `token` (RFC 9110 §5.6.2) behind the prefix; `__Host-Http-` is one of these. */
const HOST_NAME = /^__Host-[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** Without a prefix: every name with two underscores is, or may become, a prefix with rules of its own. */
const BARE_NAME = /^(?!__)[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

const PREFIX_MISSING =
  'must begin with __Host- or __Host-Http-, so that no other host can set the cookie, and be a token';
const PREFIX_DROPPED =
  'must be a token without a prefix where SESSION_COOKIE_SECURE is false: browsers would drop the cookie';

const isTrue = v.pipe(
  oneOf('true', 'false'),
  v.transform((text) => text === 'true'),
);

const hostName = v.pipe(v.string(), v.regex(HOST_NAME, PREFIX_MISSING));
const bareName = v.pipe(v.string('is missing'), v.regex(BARE_NAME, PREFIX_DROPPED));

const sameSite: EnvVariable<SameSite> = ({ SESSION_COOKIE_SECURE: secure }) =>
  v.pipe(
    oneOf(...SAME_SITE),
    v.check(
      (value) => value !== 'None' || secure !== 'false',
      'must not be None where SESSION_COOKIE_SECURE is false: browsers would drop the cookie',
    ),
  );

/** For whoever lets tickets in. Without the name of their cookie there are none, because nobody signs in by browser. */
export const ticketEnv = {
  SESSION_COOKIE_NAME: (({ SESSION_COOKIE_SECURE: secure }) =>
    v.optional(secure === 'false' ? bareName : hostName)) satisfies EnvVariable<string | undefined>,
  ALLOWED_ORIGINS: (({ SESSION_COOKIE_NAME: name }) =>
    name === undefined ? v.optional(origins, '[]') : origins) satisfies EnvVariable<readonly string[]>,
};

/** Which tickets are let in. */
export interface TicketRules {
  readonly areAccepted: boolean;
  readonly cookieName: string;
  /** Origins whose pages may use them. */
  readonly allowedOrigins: readonly string[];
}

export function ticketRulesFrom(env: EnvOf<typeof ticketEnv>): TicketRules {
  const { SESSION_COOKIE_NAME: name, ALLOWED_ORIGINS: allowedOrigins } = env;
  return { areAccepted: name !== undefined, cookieName: name ?? DEFAULT_NAME, allowedOrigins };
}

/** For whoever writes them. */
export const cookieEnv = {
  SESSION_COOKIE_NAME: (({ SESSION_COOKIE_SECURE: secure }) =>
    secure === 'false' ? bareName : v.optional(hostName, DEFAULT_NAME)) satisfies EnvVariable<string>,
  SESSION_COOKIE_SECURE: v.optional(isTrue, 'true'),
  SESSION_SAME_SITE: sameSite,
  SESSION_COOKIE_PERSISTENT: isTrue,
};

/** How the ticket's cookie is written. */
export interface TicketCookieSettings {
  readonly name: string;
  readonly sameSite: SameSite;
  readonly isSecure: boolean;
  /** Whether the cookie outlives the browser's own session, up to the end of the session it opens. */
  readonly isPersistent: boolean;
}

export function ticketCookieFrom(env: EnvOf<typeof cookieEnv>): TicketCookieSettings {
  return {
    name: env.SESSION_COOKIE_NAME,
    sameSite: env.SESSION_SAME_SITE,
    isSecure: env.SESSION_COOKIE_SECURE,
    isPersistent: env.SESSION_COOKIE_PERSISTENT,
  };
}
