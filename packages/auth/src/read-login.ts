import { createHash } from 'node:crypto';
import { type Login, type LoginClaim, toBase64url } from '@cloakroom/core';
import * as v from 'valibot';
import { type ClaimsContext, parseClaims, readIdentity, word } from './claims.ts';
import type { Claims } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { readRoles } from './read-roles.ts';

/** What makes two tokens belong to one sign-in. */
export interface LoginIdentity {
  /** The token's `iss`, not our alias for it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly sub: string;
  /** Name and value of the issuer's one login claim. */
  readonly claim: string;
  readonly value: string | number;
}

/** The id of a sign-in: 128 bits of SHA-256 over its identity, as 22 characters of base64url. */
export function loginId({ issuer, clientId, sub, claim, value }: LoginIdentity): string {
  return shortHash([issuer, clientId, sub, claim, value]);
}

/** Names the session at the provider that a `sid` stands for, whichever client it is told to. In the same form. */
export function sidHash({ issuer, sub, value }: Pick<LoginIdentity, 'issuer' | 'sub' | 'value'>): string {
  return shortHash([issuer, sub, value]);
}

const HASH_BYTES = 16;

function shortHash(parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return toBase64url(digest.subarray(0, HASH_BYTES));
}

const numericDate = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const methodsSchema = v.object({
  acr: v.optional(word),
  amr: v.optional(v.pipe(v.array(word), v.maxLength(20))),
});

interface LoginContext extends ClaimsContext {
  /** The latest `auth_time` that is not in the future, in epoch seconds. */
  readonly latestAuthTime: number;
}

/**
 * The sign-in that verified claims tell of.
 *
 * `auth_time` is required of every issuer, also where RFC 9068 leaves it open: whether a sign-in is older than a
 * "sign out everywhere" cannot be decided without it, and `iat` moves with every refresh. One in the future is refused,
 * since it would outlive the watermark of a revocation.
 *
 * @throws TokenInvalidError `claim_malformed`, `auth_time_missing`, `auth_time_in_future`, `login_claim_missing`, `bearer_refused`
 */
export function readLogin(claims: Claims, { issuer, clientId, latestAuthTime }: LoginContext): Login {
  const identity = readIdentity(claims, { issuer, clientId });
  const { acr, amr } = parseClaims(methodsSchema, claims);
  const authTime = requireAuthTime(claims.auth_time);
  if (authTime > latestAuthTime) throw new TokenInvalidError('auth_time_in_future', { claim: 'auth_time' });
  const roles = readRoles(claims, issuer.roles);
  const claim = requireLoginClaim(issuer);
  const value = requireLoginValue(claims, claim);
  const named = { issuer: issuer.issuer, clientId, sub: identity.user.sub, claim, value };
  return {
    ...identity,
    loginId: loginId(named),
    claim,
    ...(claim === 'sid' ? { sidHash: sidHash(named) } : {}),
    authTime,
    ...(roles.length === 0 ? {} : { roles }),
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
  };
}

function requireAuthTime(value: unknown): number {
  if (!v.is(numericDate, value)) throw new TokenInvalidError('auth_time_missing', { claim: 'auth_time' });
  return value;
}

function requireLoginClaim({ loginClaim }: Issuer): LoginClaim {
  if (loginClaim === 'none') throw new TokenInvalidError('bearer_refused');
  return loginClaim;
}

/** The one claim that carries the login: never another one in its place, or an ended login could come back as a new one. */
function requireLoginValue(claims: Claims, claim: LoginClaim): string | number {
  const value = claims[claim];
  if (!v.is(claim === 'auth_time' ? numericDate : word, value)) {
    throw new TokenInvalidError('login_claim_missing', { claim });
  }
  return value;
}
