import { createHash } from 'node:crypto';
import { epochSeconds, type NowMs } from '@cloakroom/core';
import { checkSigned, type SignedToken } from '../check-signed.ts';
import { type Claims, parseCompactJws } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import type { Issuer } from '../issuer.ts';
import type { KeySets } from '../key-sets.ts';
import { requireLoginValue, sessionNames } from '../read-login.ts';
import { claimsOf } from '../token-profiles.ts';

/** Where the provider has just answered us, its clock may be further off than that of a bearer's token. */
const CLOCK_TOLERANCE_SECONDS = 60;

export interface IdTokenContext {
  readonly issuer: Issuer;
  /** Whom the tokens were issued to. */
  readonly clientId: string;
  /** For times that come from the provider's clock; 60, when absent. */
  readonly toleranceSeconds?: number;
}

/** Of one answer of the provider. */
export interface ReceivedTokens {
  readonly idToken: string;
  readonly accessToken: string;
}

export interface VerifyDeps {
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

/**
 * Checks an ID token with the issuer's own key set, by OpenID Connect Core §3.1.3.7 and §3.1.3.8 but for its `nonce`.
 *
 * @returns its claims
 * @throws TokenInvalidError, KeysUnavailableError
 */
export async function checkIdToken(
  { idToken, accessToken }: ReceivedTokens,
  context: IdTokenContext,
  deps: VerifyDeps,
): Promise<Claims> {
  const signed = parseToken(idToken);
  await checkSignature(signed, context, deps);
  assertForUs(signed, accessToken, context);
  return signed.claims;
}

export function parseToken(token: string): SignedToken {
  return { token, ...parseCompactJws(token) };
}

/** See `checkSigned`. */
export async function checkSignature(
  signed: SignedToken,
  { issuer, toleranceSeconds = CLOCK_TOLERANCE_SECONDS }: Pick<IdTokenContext, 'issuer' | 'toleranceSeconds'>,
  { keys, nowMs }: VerifyDeps,
): Promise<void> {
  await checkSigned(signed, { issuer, keys, nowSeconds: epochSeconds(nowMs()), toleranceSeconds });
}

function assertForUs({ header, claims }: SignedToken, accessToken: string, { issuer, clientId }: IdTokenContext): void {
  if (claims.iss !== issuer.issuer) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
  const audiences: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(clientId)) throw new TokenInvalidError('audience_refused', { claim: 'aud' });
  // Of several audiences, `azp` tells who asked for it.
  const isOurs = claims.azp === undefined ? audiences.length === 1 : claims.azp === clientId;
  if (!isOurs) throw new TokenInvalidError('not_of_this_client', { claim: 'azp' });
  if (claims.at_hash !== undefined && claims.at_hash !== halfHash(accessToken, header.alg)) {
    throw new TokenInvalidError('access_token_wrong', { claim: 'at_hash' });
  }
}

/** OpenID Connect Core §3.1.3.6: the left half of the hash that the signature uses; SHA-512 for Ed25519. */
function halfHash(token: string, alg: string): string {
  const bits = alg.startsWith('Ed') ? '512' : alg.slice(2);
  const digest = createHash(`sha${bits}`).update(token).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/** The names of the session at the provider, where logins are known by it: then its claim has to be there. See `Login`. */
export function sidHashOf(claims: Claims, issuer: Issuer): { readonly sidHash?: string; readonly sidKey?: string } {
  if (issuer.loginClaim !== 'sid') return {};
  return sessionNames(issuer, String(claims.sub), requireLoginValue(claims, claimsOf(issuer).sid));
}
