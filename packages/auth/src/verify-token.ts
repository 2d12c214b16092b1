import type { KeyObject } from 'node:crypto';
import { epochSeconds, type Login, type NowMs, type User } from '@cloakroom/core';
import { compactVerify, errors } from 'jose';
import { isAlgorithm } from './algorithms.ts';
import { type Claims, type JwsHeader, parseCompactJws, type UnverifiedJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
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
      const { header, claims } = parseCompactJws(token);
      // The unverified `iss` only chooses which issuer's keys and rules the token has to pass.
      const issuer = byIssuer.get(claims.iss);
      if (issuer === undefined) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
      try {
        return await verifyBy(issuer, { token, header, claims });
      } catch (error) {
        if (!(error instanceof TokenInvalidError)) throw error;
        throw new TokenInvalidError(error.reason, { claim: error.claim, issuer: issuer.alias });
      }
    },
  };

  async function verifyBy(issuer: Issuer, { token, header, claims }: Parsed): Promise<VerifiedToken> {
    const nowSeconds = epochSeconds(nowMs());
    const candidates = await requireKeys(keys, issuer, { ...header, issuedAt: claimedIssue(claims, nowSeconds) });
    await verifySignature(token, candidates, issuer);
    assertTimes(claims, nowSeconds);
    const clientId = requireAccessToken(claims, header, issuer);
    const grant = findServiceGrant(issuer, clientId);
    if (grant !== undefined) return { type: 'service', service: readService(claims, { issuer, clientId, grant }) };
    const latestAuthTime = nowSeconds + CLOCK_TOLERANCE_SECONDS;
    return { type: 'login', login: readLogin(claims, { issuer, clientId, latestAuthTime }) };
  }
}

/** A token whose signature is not checked yet. */
interface Parsed extends UnverifiedJws {
  readonly token: string;
}

/** The algorithm is one the configuration lists for the issuer, and the keys are made for that algorithm. */
async function requireKeys(
  keys: KeySets,
  issuer: Issuer,
  { alg, kid, issuedAt }: JwsHeader & { issuedAt: number },
): Promise<readonly KeyObject[]> {
  if (!isAlgorithm(alg) || !issuer.algorithms.includes(alg)) throw new TokenInvalidError('algorithm_refused');
  const found = await keys.find(issuer, { alg, kid, issuedAt });
  if (found.length === 0) throw new TokenInvalidError('key_unknown');
  return found;
}

/** When a token says that it was issued, or that it begins, in epoch seconds; 0 where its times refuse it anyway. */
function claimedIssue({ iat, nbf, exp }: Claims, nowSeconds: number): number {
  const issued = iat ?? nbf;
  const isPossible = isFiniteNumber(issued) && issued <= nowSeconds + CLOCK_TOLERANCE_SECONDS;
  return isPossible && isFiniteNumber(exp) && exp > nowSeconds - CLOCK_TOLERANCE_SECONDS ? issued : 0;
}

/** By one of the keys. What is signed is the very text that the claims were read from. */
async function verifySignature(token: string, keys: readonly KeyObject[], { algorithms }: Issuer): Promise<void> {
  for (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms });
      return;
    } catch (error) {
      // Anything else is a fault of ours.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new TokenInvalidError('signature_wrong');
}

/**
 * RFC 7519 §4.1.4 to §4.1.6. An end is required; the others are not, and providers of before RFC 9068 leave `iat` out. JSON's 1e400,
 * which is Infinity, is a number like any other for its parser.
 */
function assertTimes({ exp, nbf, iat }: Claims, nowSeconds: number): void {
  if (!isFiniteNumber(exp)) throw new TokenInvalidError('claim_malformed', { claim: 'exp' });
  if (exp <= nowSeconds - CLOCK_TOLERANCE_SECONDS) throw new TokenInvalidError('expired', { claim: 'exp' });
  if (isInFuture('nbf', nbf, nowSeconds)) throw new TokenInvalidError('not_yet_valid', { claim: 'nbf' });
  if (isInFuture('iat', iat, nowSeconds)) throw new TokenInvalidError('issued_in_future', { claim: 'iat' });
}

function isInFuture(claim: string, value: unknown, nowSeconds: number): boolean {
  if (value === undefined) return false;
  if (!isFiniteNumber(value)) throw new TokenInvalidError('claim_malformed', { claim });
  return value > nowSeconds + CLOCK_TOLERANCE_SECONDS;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
