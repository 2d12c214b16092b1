import { type Login, type LoginClaim, parseTimestamp, shortHash, sidHash, sidKey } from '@cloakroom/core';
import { valueAt, wordsAt } from './claim-path.ts';
import { type ClaimsContext, readIdentity } from './claims.ts';
import type { Claims } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { readRoles } from './read-roles.ts';
import { claimsOf } from './token-profiles.ts';

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

interface NamedLogin extends LoginIdentity {
  readonly claim: LoginClaim;
}

/** The id of a sign-in: 128 bits of SHA-256 over its identity, as 22 characters of base64url. */
export function loginId({ issuer, clientId, sub, claim, value }: LoginIdentity): string {
  return shortHash([issuer, clientId, sub, claim, value]);
}

/** How the table names the session at the provider; by its `sid` alone too, where the issuer sends logout tokens. */
export function sessionNames(
  issuer: Issuer,
  sub: string,
  sid: string,
): Required<Pick<Login, 'sidHash'>> & Pick<Login, 'sidKey'> {
  const named = { issuer: issuer.issuer, sub, value: sid };
  return { sidHash: sidHash(named), ...(issuer.backchannelLogout ? { sidKey: sidKey(named) } : {}) };
}

const MAX_WORD_LENGTH = 255;
const MAX_METHODS = 20;

interface LoginContext extends ClaimsContext {
  /** The latest `auth_time` that is not in the future, in epoch seconds. */
  readonly latestAuthTime: number;
}

/**
 * The sign-in that verified claims tell of.
 *
 * `auth_time` is required of every issuer, also where RFC 9068 leaves it open: whether a sign-in is older than a
 * "sign out everywhere" cannot be decided without it, and `iat` moves with every refresh. One in the future is refused,
 * since it would outlive the watermark of a revocation. `acr` and `amr` are told where they can be read.
 *
 * @throws TokenInvalidError `claim_malformed`, `auth_time_missing`, `auth_time_in_future`, `login_claim_missing`, `bearer_refused`
 */
export function readLogin(claims: Claims, { issuer, clientId, latestAuthTime }: LoginContext): Login {
  const identity = readIdentity(claims, { issuer, clientId });
  const authTime = requireAuthTime(claims, claimsOf(issuer).authTime, latestAuthTime);
  const roles = readRoles(claims, issuer.roles);
  const named = nameLogin(claims, { issuer, clientId });
  return {
    ...identity,
    loginId: loginId(named),
    claim: named.claim,
    ...(named.claim === 'sid' ? sessionNames(issuer, identity.user.sub, String(named.value)) : {}),
    authTime,
    ...(roles.length === 0 ? {} : { roles }),
    ...readProof(claims),
  };
}

/**
 * What tells the sign-in of verified claims from others, whichever kind of token they are of.
 *
 * @throws TokenInvalidError `auth_time_missing`, `login_claim_missing`, `bearer_refused`
 */
export function nameLogin(claims: Claims, { issuer, clientId }: ClaimsContext): NamedLogin {
  const claim = requireLoginClaim(issuer);
  const value =
    claim === 'auth_time'
      ? requireAuthTime(claims, claimsOf(issuer).authTime, Number.POSITIVE_INFINITY)
      : requireLoginValue(claims, nameOf(claim, issuer));
  return { issuer: issuer.issuer, clientId, sub: String(claims.sub), claim, value };
}

/** How the person proved who they are, where that can be read. */
export function readProof({ acr, ...claims }: Claims): Pick<Login, 'acr' | 'amr'> {
  const amr = wordsAt(claims, 'amr').filter(isWord).slice(0, MAX_METHODS);
  return { ...(isWord(acr) ? { acr } : {}), ...(amr.length === 0 ? {} : { amr }) };
}

/**
 * In whole seconds, rounded down: what was issued in the second of a revocation is older than it. Two tokens of one sign-in
 * may differ in the fraction.
 */
export function requireAuthTime(claims: Claims, claim: string, latestAuthTime: number): number {
  const value = valueAt(claims, claim);
  if (value === undefined) throw new TokenInvalidError('auth_time_missing', { claim });
  const seconds = secondsOf(value);
  if (!Number.isSafeInteger(Math.floor(seconds)) || seconds < 1) {
    throw new TokenInvalidError('claim_malformed', { claim });
  }
  if (seconds > latestAuthTime) throw new TokenInvalidError('auth_time_in_future', { claim });
  return Math.floor(seconds);
}

/** NumericDate (RFC 7519 §2), or a timestamp as AD FS writes it. NaN for anything else. */
function secondsOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parseTimestamp(value) ?? Number.NaN) / 1000 : Number.NaN;
}

function requireLoginClaim({ loginClaim }: Issuer): LoginClaim {
  if (loginClaim === 'none') throw new TokenInvalidError('bearer_refused');
  return loginClaim;
}

function nameOf(claim: 'origin_jti' | 'sid', issuer: Issuer): string {
  return claim === 'sid' ? claimsOf(issuer).sid : claim;
}

/** The one claim that carries the login: never another one in its place, or an ended login could come back as a new one. */
export function requireLoginValue(claims: Claims, claim: string): string {
  const value = valueAt(claims, claim);
  if (!isWord(value)) throw new TokenInvalidError('login_claim_missing', { claim });
  return value;
}

/** A claim that is one word. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_WORD_LENGTH;
}
