import { MalformedError } from '@cloakroom/core';
import { stringifySetCookie } from 'cookie';

export const SAME_SITE = ['Lax', 'Strict', 'None'] as const;
export type SameSite = (typeof SAME_SITE)[number];

export interface CookieAttributes {
  readonly sameSite: SameSite;
  /** False only for browsers that take no `Secure` on http (Safari, on a developer's machine). */
  readonly isSecure: boolean;
  /** Without it, the cookie lives until the browser ends its session. */
  readonly maxAgeSeconds?: number | undefined;
}

/** A browser drops a longer one without a word (RFC 6265 §6.1). */
const MAX_COOKIE_BYTES = 4096;
/** `token` (RFC 9110 §5.6.2) and `cookie-octet` (RFC 6265 §4.1.1). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * A value of `Set-Cookie`, for the whole host and out of the reach of scripts: `HttpOnly; Path=/`, and never a `Domain`, as the
 * prefix `__Host-` demands.
 *
 * @throws MalformedError for a name or value that would have to be encoded, and for a cookie of more than 4,096 bytes
 */
export function setCookie(name: string, value: string, attributes: CookieAttributes): string {
  if (!NAME.test(name)) throw new MalformedError('cookie', 'the name must be a token of RFC 9110');
  if (!VALUE.test(value)) throw new MalformedError('cookie', 'the value must be of the cookie octets of RFC 6265');
  const { sameSite, isSecure, maxAgeSeconds } = attributes;
  const cookie = {
    name,
    value,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
    path: '/',
    secure: isSecure,
    httpOnly: true,
    sameSite: LOWER_CASE[sameSite],
  };
  const text = stringifySetCookie(cookie, { encode: asItIs });
  if (text.length > MAX_COOKIE_BYTES) throw new MalformedError('cookie', `must have at most ${MAX_COOKIE_BYTES} bytes`);
  return text;
}

/** Makes a browser forget a cookie. With other attributes than it was set with, a browser keeps one with the prefix `__Host-`. */
export function clearCookie(name: string, attributes: Omit<CookieAttributes, 'maxAgeSeconds'>): string {
  return setCookie(name, '', { ...attributes, maxAgeSeconds: 0 });
}

const LOWER_CASE = { Lax: 'lax', Strict: 'strict', None: 'none' } as const;

/** The library would write `%` as `%25`, which nobody reads back. */
function asItIs(value: string): string {
  return value;
}
