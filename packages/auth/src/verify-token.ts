import type { KeyObject } from 'node:crypto';
import { epochSeconds, type Login, type NowMs, type User } from '@cloakroom/core';
import { errors, jwtVerify } from 'jose';
import { type Claims, type JwsHeader, parseCompactJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { isAlgorithm } from './key-set.ts';
import type { KeySets } from './key-sets.ts';
import { readLogin } from './read-login.ts';
import { readService, type Service } from './read-service.ts';
import { findServiceGrant } from './services.ts';
import { requireAccessToken } from './token-profiles.ts';

/** For `exp`, `nbf`, `iat` and `auth_time`, which come from the provider's clock. Session times know no tolerance. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** What a valid access token stands for: the sign-in of a person, or a service, which has neither login nor session. */
export type VerifiedToken =
  | { readonly type: 'login'; readonly login: Login }
  | { readonly type: 'service'; readonly service: Service };

/** Who a token stands for: a person, or a service by the name that it has at its issuer. */
export function userOf(token: VerifiedToken): User {
  return token.type === 'login' ? token.login.user : token.service.user;
}

export interface TokenVerifier {
  /**
   * Checks an access token: compact form, issuer, algorithm, signature, times, the issuer's token profile, and the login
   * claim where it is not a service's.
   * Times are NumericDate in seconds (RFC 7519 §2), with 5 s of tolerance.
   *
   * @throws TokenInvalidError    something about it is wrong; `reason` says what
   * @throws KeysUnavailableError no key set can tell; retrying later may help
   */
  verify(token: string): Promise<VerifiedToken>;
}

interface TokenVerifierDeps {
  readonly issuers: readonly Issuer[];
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

/** Accepts access tokens of the configured issuers and no others. */
export function createTokenVerifier({ issuers, keys, nowMs }: TokenVerifierDeps): TokenVerifier {
  const byIssuer = new Map<unknown, Issuer>(issuers.map((issuer) => [issuer.issuer, issuer]));
  return {
    async verify(token) {
      const { header, claims: unverified } = parseCompactJws(token);
      // The unverified `iss` only chooses which issuer's keys and rules the token has to pass.
      const issuer = byIssuer.get(unverified.iss);
      if (issuer === undefined) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
      try {
        return await verifyBy(issuer, { token, header, unverified });
      } catch (error) {
        if (!(error instanceof TokenInvalidError)) throw error;
        throw new TokenInvalidError(error.reason, { claim: error.claim, issuer: issuer.alias });
      }
    },
  };

  async function verifyBy(issuer: Issuer, { token, header, unverified }: Parsed): Promise<VerifiedToken> {
    const currentDate = new Date(nowMs());
    const issuedAt = claimedIssue(unverified, epochSeconds(currentDate.getTime()));
    const key = await requireKey(keys, issuer, { ...header, issuedAt });
    const claims = await verifySignatureAndTimes(token, key, { issuer, currentDate });
    const clientId = requireAccessToken(claims, header, issuer);
    const grant = findServiceGrant(issuer, clientId);
    if (grant !== undefined) return { type: 'service', service: readService(claims, { issuer, clientId, grant }) };
    const latestAuthTime = epochSeconds(currentDate.getTime()) + CLOCK_TOLERANCE_SECONDS;
    return { type: 'login', login: readLogin(claims, { issuer, clientId, latestAuthTime }) };
  }
}

/** A token whose signature is not checked yet. */
interface Parsed {
  readonly token: string;
  readonly header: JwsHeader;
  readonly unverified: Claims;
}

/** The algorithm is one the configuration lists for the issuer, and the key is one made for that algorithm. */
async function requireKey(keys: KeySets, issuer: Issuer, { alg, kid, issuedAt }: JwsHeader & { issuedAt: number }) {
  if (!isAlgorithm(alg) || !issuer.algorithms.includes(alg)) throw new TokenInvalidError('algorithm_refused');
  const key = await keys.find(issuer, { alg, kid, issuedAt });
  if (key === undefined) throw new TokenInvalidError('key_unknown');
  return key;
}

/** When a token says that it was issued, in epoch seconds; 0 where its times refuse it anyway. */
function claimedIssue({ iat, exp }: Claims, nowSeconds: number): number {
  const isPossible = isFiniteNumber(iat) && iat <= nowSeconds + CLOCK_TOLERANCE_SECONDS;
  return isPossible && isFiniteNumber(exp) && exp > nowSeconds - CLOCK_TOLERANCE_SECONDS ? iat : 0;
}

interface Verification {
  readonly issuer: Issuer;
  readonly currentDate: Date;
}

async function verifySignatureAndTimes(
  token: string,
  key: KeyObject,
  { issuer, currentDate }: Verification,
): Promise<Claims> {
  const claims = await joseVerify(token, key, { issuer, currentDate });
  const { exp, iat } = claims;
  // Both are required here; for jose they are optional, and JSON's 1e400, which is Infinity, is a number like any other.
  if (!isFiniteNumber(exp)) throw new TokenInvalidError('claim_malformed', { claim: 'exp' });
  if (!isFiniteNumber(iat)) throw new TokenInvalidError('claim_malformed', { claim: 'iat' });
  if (iat > epochSeconds(currentDate.getTime()) + CLOCK_TOLERANCE_SECONDS) {
    throw new TokenInvalidError('issued_in_future', { claim: 'iat' });
  }
  return claims;
}

async function joseVerify(token: string, key: KeyObject, { issuer, currentDate }: Verification): Promise<Claims> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: issuer.algorithms,
      issuer: issuer.issuer,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate,
    });
    return payload;
  } catch (error) {
    throw refusal(error);
  }
}

/** What jose refused, in our words. Without the cause: jose's errors carry the claims. Anything else is a fault of ours. */
function refusal(error: unknown): unknown {
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenInvalidError('signature_wrong');
  if (error instanceof errors.JWTExpired) return new TokenInvalidError('expired', { claim: 'exp' });
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isEarly = error.claim === 'nbf' && error.reason === 'check_failed';
    return new TokenInvalidError(isEarly ? 'not_yet_valid' : 'claim_malformed', { claim: error.claim });
  }
  return error;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
