import { createHash } from 'node:crypto';
import { epochSeconds, type HeldRole, type NowMs, type User } from '@cloakroom/core';
import { checkSigned, type SignedToken } from '../check-signed.ts';
import { valueAt } from '../claim-path.ts';
import { readIdentity, type TokenIdentity } from '../claims.ts';
import { type Claims, parseCompactJws } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import type { Issuer } from '../issuer.ts';
import type { KeySets } from '../key-sets.ts';
import { readProof, requireAuthTime, requireLoginValue, sessionNames } from '../read-login.ts';
import { readRoles } from '../read-roles.ts';
import { claimsOf, requireAccessToken } from '../token-profiles.ts';

/** The provider has just answered us, so its clock may be further off than that of a bearer's token. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** A sign-in by our own code exchange, as its tokens tell it. Times are epoch seconds, by the provider's clock. */
export interface VerifiedExchange {
  readonly user: User;
  readonly clientId: string;
  readonly authTime: number;
  /** `iat` of the ID token. */
  readonly issuedAt: number;
  /** See `Login`. */
  readonly sidHash?: string;
  readonly sidKey?: string;
  readonly scope: string;
  readonly groups: readonly string[];
  readonly roles?: readonly HeldRole[];
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** Of the ID token, those claims that a page may see, by the names that the configuration has for them. */
  readonly shown: Readonly<Record<string, unknown>>;
}

interface ExchangeContext {
  readonly issuer: Issuer;
  readonly clientId: string;
  readonly nonce: string;
  /** Whether `iat` stands in for `auth_time`, at a provider that has none. */
  readonly isWithoutAuthTime: boolean;
  readonly shownClaims: readonly string[];
}

interface ExchangedTokens {
  readonly idToken: string;
  readonly accessToken: string;
}

interface VerifyDeps {
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

/**
 * Checks the tokens of a code exchange with the issuer's own key set: the ID token by OpenID Connect Core §3.1.3.7 and §3.1.3.8, with
 * 60 s of tolerance. Who the person is and when they signed in is told by the ID token.
 *
 * What they may do is told by the access token, where it is one that this issuer makes for our API: a ticket then has the rights that
 * the same sign-in has as a bearer. Elsewhere it is for another API, or no JWT at all, and the groups and roles of the ID token count;
 * a scope that was granted for another API is none for ours.
 *
 * @throws TokenInvalidError    something about a token is wrong; `reason` says what, `claim` where
 * @throws KeysUnavailableError no key set can tell; retrying later may help
 */
export async function verifyExchange(
  tokens: ExchangedTokens,
  context: ExchangeContext,
  { keys, nowMs }: VerifyDeps,
): Promise<VerifiedExchange> {
  const { issuer, clientId } = context;
  const check = { issuer, keys, nowSeconds: epochSeconds(nowMs()), toleranceSeconds: CLOCK_TOLERANCE_SECONDS };
  const signed = parseToken(tokens.idToken);
  await checkSigned(signed, check);
  assertForUs(signed, tokens, context);
  const { claims } = signed;
  const identity = readIdentity(claims, { issuer, clientId });
  const rights = (await readRights(tokens.accessToken, identity, check)) ?? {
    groups: identity.groups,
    scope: '',
    ...rolesIn(claims, issuer),
  };
  return {
    user: identity.user,
    clientId,
    ...timesOf(claims, context),
    ...sessionOf(claims, context),
    ...rights,
    ...readProof(claims),
    shown: shownOf(claims, context),
  };
}

function shownOf(claims: Claims, { shownClaims }: ExchangeContext): VerifiedExchange['shown'] {
  const values = shownClaims.map((name) => [name, valueAt(claims, name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function parseToken(token: string): SignedToken {
  return { token, ...parseCompactJws(token) };
}

function assertForUs(
  { header, claims }: SignedToken,
  { accessToken }: ExchangedTokens,
  { issuer, clientId, nonce }: ExchangeContext,
): void {
  if (claims.iss !== issuer.issuer) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
  const audiences: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(clientId)) throw new TokenInvalidError('audience_refused', { claim: 'aud' });
  // Of several audiences, `azp` tells who asked for it.
  const isOurs = claims.azp === undefined ? audiences.length === 1 : claims.azp === clientId;
  if (!isOurs) throw new TokenInvalidError('not_of_this_client', { claim: 'azp' });
  if (claims.nonce !== nonce) throw new TokenInvalidError('nonce_wrong', { claim: 'nonce' });
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

/** Its times are judged against one another, and so are not compared with our clock here. */
function timesOf(claims: Claims, { issuer, isWithoutAuthTime }: ExchangeContext) {
  const issuedAt = requireAuthTime(claims, 'iat', Number.POSITIVE_INFINITY);
  if (isWithoutAuthTime) return { issuedAt, authTime: issuedAt };
  return { issuedAt, authTime: requireAuthTime(claims, claimsOf(issuer).authTime, Number.POSITIVE_INFINITY) };
}

function sessionOf(claims: Claims, { issuer }: ExchangeContext): Pick<VerifiedExchange, 'sidHash' | 'sidKey'> {
  if (issuer.loginClaim !== 'sid') return {};
  return sessionNames(issuer, String(claims.sub), requireLoginValue(claims, claimsOf(issuer).sid));
}

function rolesIn(claims: Claims, issuer: Issuer): Pick<VerifiedExchange, 'roles'> {
  const roles = readRoles(claims, issuer.roles);
  return roles.length === 0 ? {} : { roles };
}

/** Undefined when it is no access token for us. One for us but of another person, or another client, is an attack. */
async function readRights(
  accessToken: string,
  { user, clientId }: TokenIdentity,
  check: Parameters<typeof checkSigned>[1],
) {
  const { issuer } = check;
  const claims = await readAccessToken(accessToken, check);
  if (claims === undefined) return undefined;
  const identity = readIdentity(claims.claims, { issuer, clientId });
  if (identity.user.sub !== user.sub) throw new TokenInvalidError('access_token_wrong', { claim: 'sub' });
  if (claims.clientId !== clientId) throw new TokenInvalidError('not_of_this_client', { claim: 'client_id' });
  return { scope: identity.scope, groups: identity.groups, ...rolesIn(claims.claims, issuer) };
}

async function readAccessToken(accessToken: string, check: Parameters<typeof checkSigned>[1]) {
  try {
    const signed = parseToken(accessToken);
    if (signed.claims.iss !== check.issuer.issuer) return undefined;
    const clientId = requireAccessToken(signed.claims, signed.header, check.issuer);
    await checkSigned(signed, check);
    return { claims: signed.claims, clientId };
  } catch (error) {
    if (error instanceof TokenInvalidError) return undefined;
    throw error;
  }
}
