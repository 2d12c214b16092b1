import type { TokenEndpointResponse } from 'oauth4webapi';
import type { Claims } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import { loginId, nameLogin } from '../read-login.ts';
import { requireAccessToken } from '../token-profiles.ts';
import {
  checkIdToken,
  checkSignature,
  type IdTokenContext,
  parseToken,
  type ReceivedTokens,
  sidHashOf,
  type VerifyDeps,
} from './id-token.ts';
import { type Rights, readRights, rightsOfIdToken } from './rights.ts';

/** Whose tokens must come back. */
export interface ExpectedSession {
  readonly sub: string;
  /** See `Login`. Where it is given, an ID token has to be of the same session at the provider. */
  readonly sidHash?: string | undefined;
  /** Where it is given, the new tokens have to say that they are of this login. */
  readonly loginId?: string | undefined;
}

/** What the provider gave for a refresh token. Absent is what it left out: then the old one is still the one. */
export interface Refreshed {
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** How long the refresh token lives unused, in seconds, where the provider says so (Keycloak). */
  readonly refreshExpiresInSeconds?: number;
  /** What the person may do from now on, where the new tokens tell. */
  readonly rights?: Rights;
}

interface RefreshContext extends IdTokenContext {
  readonly expected: ExpectedSession;
}

/**
 * Checks the tokens of a refresh by OpenID Connect Core §12.2: the ID token, if there is one, is of the same issuer, person, client and
 * session at the provider. Its `nonce` is not compared: providers should leave it out, and who sent the refresh token is known.
 *
 * @throws TokenInvalidError, KeysUnavailableError
 */
export async function verifyRefreshed(
  { id_token: idToken, access_token: accessToken, ...more }: TokenEndpointResponse,
  context: RefreshContext,
  deps: VerifyDeps,
): Promise<Refreshed> {
  const ofIdToken = idToken === undefined ? undefined : await checkSame({ idToken, accessToken }, context, deps);
  if (idToken === undefined && context.expected.loginId !== undefined) await checkLogin(accessToken, context, deps);
  const rights = (await readRights(accessToken, { ...context, sub: context.expected.sub }, deps)) ?? ofIdToken;
  return {
    ...(more.refresh_token === undefined ? {} : { refreshToken: more.refresh_token }),
    ...(idToken === undefined ? {} : { idToken }),
    ...refreshExpiryIn(more),
    ...(rights === undefined ? {} : { rights }),
  };
}

async function checkSame(tokens: ReceivedTokens, context: RefreshContext, deps: VerifyDeps): Promise<Rights> {
  const { issuer, expected } = context;
  const claims = await checkIdToken(tokens, context, deps);
  if (claims.sub !== expected.sub) throw new TokenInvalidError('not_of_this_session', { claim: 'sub' });
  if (expected.sidHash !== undefined && sidHashOf(claims, issuer).sidHash !== expected.sidHash) {
    throw new TokenInvalidError('not_of_this_session', { claim: 'sid' });
  }
  assertLogin(claims, context);
  return rightsOfIdToken(claims, context);
}

/** Without an ID token, the access token has to tell: it must be one for us. */
async function checkLogin(accessToken: string, context: RefreshContext, deps: VerifyDeps): Promise<void> {
  const signed = parseToken(accessToken);
  await checkSignature(signed, context, deps);
  const clientId = requireAccessToken(signed.claims, signed.header, context.issuer);
  if (clientId !== context.clientId) throw new TokenInvalidError('not_of_this_client', { claim: 'client_id' });
  assertLogin(signed.claims, context);
}

function assertLogin(claims: Claims, { issuer, clientId, expected }: RefreshContext): void {
  if (expected.loginId === undefined || loginId(nameLogin(claims, { issuer, clientId })) === expected.loginId) return;
  throw new TokenInvalidError('not_of_this_session', { claim: issuer.loginClaim });
}

/** Keycloak's own member of a token answer. 0 stands for a token that does not expire, and what is no number says nothing. */
export function refreshExpiryIn({ refresh_expires_in: seconds }: Partial<TokenEndpointResponse>): {
  readonly refreshExpiresInSeconds?: number;
} {
  const isTold = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0;
  return isTold ? { refreshExpiresInSeconds: seconds } : {};
}
