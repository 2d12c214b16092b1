import * as v from 'valibot';
import type { HeldRole } from './login.ts';
import { ISSUER_ALIAS, type User } from './user.ts';

/** Who makes a request, as the authorizer found out. Functions see this and never the token. */
export interface Caller {
  /** `sub` at the issuer. */
  readonly userId: string;
  /** Alias of the issuer. */
  readonly issuer: string;
  /** The client that the token was issued to. */
  readonly clientId: string;
  /** Public session id; absent for a bootstrap and for a service. */
  readonly sessionId?: string;
  /** How they have proved it. A `service` is a client of its own, without a person and without a session. */
  readonly kind: 'bearer' | 'ticket' | 'service';
  /** True only where a token without a session was let through to make one. */
  readonly bootstrap: boolean;
  /** Why, in one stable word, for the log: `active`, `bootstrap`… */
  readonly reason: string;
  /** Space-separated, as in the token. */
  readonly scope: string;
  readonly groups: readonly string[];
  /** See `Login.roles`. */
  readonly roles?: readonly HeldRole[];
  /** Epoch seconds of the sign-in. */
  readonly authTime?: number;
  readonly acr?: string;
}

/** Who the caller is, of a service too. */
export function userOfCaller({ issuer, userId }: Pick<Caller, 'issuer' | 'userId'>): User {
  return { issuer, sub: userId };
}

/** The flat form that API Gateway carries: strings, numbers and booleans only. */
export type AuthorizerContext = Readonly<Record<string, string | number | boolean>>;

/** The caller as the authorizer's answer carries it; {@link parseCaller} reads it back. */
export function toAuthorizerContext(caller: Caller): AuthorizerContext {
  const { bootstrap, groups, roles, ...rest } = caller;
  const flat = { ...rest, bootstrap: String(bootstrap), groups: JSON.stringify(groups) };
  return roles === undefined ? flat : { ...flat, roles: JSON.stringify(roles) };
}

const numeric = v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number))]);
const jsonStrings = v.pipe(v.string(), v.parseJson(), v.array(v.string()));
const jsonRoles = v.pipe(v.string(), v.parseJson(), v.array(v.strictObject({ claim: v.string(), value: v.string() })));

const contextSchema = v.object({
  userId: v.string(),
  issuer: v.pipe(v.string(), v.regex(ISSUER_ALIAS)),
  clientId: v.string(),
  sessionId: v.optional(v.string()),
  kind: v.picklist(['bearer', 'ticket', 'service']),
  bootstrap: v.pipe(
    v.picklist(['true', 'false']),
    v.transform((text) => text === 'true'),
  ),
  reason: v.string(),
  scope: v.string(),
  groups: jsonStrings,
  roles: v.optional(jsonRoles),
  authTime: v.optional(numeric),
  acr: v.optional(v.string()),
});

/** Reads the authorizer's context back from an event (REST turns numbers into strings); undefined when it is not ours. */
export function parseCaller(context: unknown): Caller | undefined {
  const result = v.safeParse(contextSchema, context);
  if (!result.success) return undefined;
  const { sessionId, roles, authTime, acr, ...rest } = result.output;
  return {
    ...rest,
    ...(roles === undefined ? {} : { roles }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(authTime === undefined ? {} : { authTime }),
    ...(acr === undefined ? {} : { acr }),
  };
}
