import { hash } from 'node:crypto';

/** An identity: the issuer's alias and the token's `sub`. The same `sub` at two issuers is two users. */
export interface User {
  readonly issuer: string;
  readonly sub: string;
}

/** What an issuer may be called: it stands in keys, logs and paths, and never holds their separators. */
export const ISSUER_ALIAS = /^[a-z][a-z0-9-]{0,31}$/;

/** `sub` is at most 255 ASCII characters (OpenID Connect Core §2); control characters have no place in a key. */
const SUB = /^[\x20-\x7e]{1,255}$/;

/** True for a `sub` that can stand in a key. */
export function isSub(value: string): boolean {
  return SUB.test(value);
}

export function isSameUser(one: User, other: User): boolean {
  return one.issuer === other.issuer && one.sub === other.sub;
}

/** The partition key of everything that belongs to a user: `U#<alias>#<sub>`. */
export function userKey({ issuer, sub }: User): string {
  return `U#${issuer}#${sub}`;
}

/** The inverse of {@link userKey}; undefined for anything it does not produce. */
export function parseUserKey(key: string): User | undefined {
  const [mark, issuer, ...rest] = key.split('#');
  const sub = rest.join('#');
  if (mark !== 'U' || issuer === undefined || !ISSUER_ALIAS.test(issuer) || !isSub(sub)) return undefined;
  return { issuer, sub };
}

/** A name for the user that says nothing about them, for policies and logs: 128 bits of SHA-256, base64url. */
export function opaqueUserId(user: User): string {
  return hash('sha256', userKey(user), 'buffer').toString('base64url', 0, 16);
}
