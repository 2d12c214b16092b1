import { processRefreshTokenResponse, refreshTokenGrantRequest, type TokenEndpointResponse } from 'oauth4webapi';
import { KeysUnavailableError, TokenInvalidError } from '../errors.ts';
import { type Connection, replacedSecret, requestOptions } from './connection.ts';
import type { VerifyDeps } from './id-token.ts';
import { isSpent } from './is-spent.ts';
import { ProviderError, toProviderError } from './provider-error.ts';
import { type ExpectedSession, type Refreshed, verifyRefreshed } from './verify-refreshed.ts';

/**
 * Uses a refresh token (OpenID Connect Core §12).
 *
 * The provider is asked once, or twice at the most, for at most 5 s each: again with a replaced client secret, which is checked before
 * the token is touched, and again when no answer came, unless a second use would end what came of the first (`refreshRotation`
 * `strict`).
 *
 * @throws ProviderError `ended` for `invalid_grant` alone; `unavailable` for 429, 5xx, no answer and no connection, or when no key set
 * can tell; `interaction_required` when the provider wants to see the person (Entra); `refused` for anything else, tokens of somebody else among them. `isSpent` says whether the token may be used up.
 */
export async function refreshTokens(
  connection: Connection,
  refreshToken: string,
  { expected, deps }: { readonly expected: ExpectedSession; readonly deps: VerifyDeps },
): Promise<Refreshed> {
  const { issuer } = connection.client;
  const tokens = await requestTokens(connection, refreshToken);
  try {
    return await verifyRefreshed(tokens, { ...connection.client, expected }, deps);
  } catch (error) {
    // The answer was there, and so the token is used.
    const used = { issuer: issuer.alias, isSpent: true };
    if (error instanceof TokenInvalidError) {
      throw new ProviderError('refused', { ...used, reason: error.reason, description: error.claim });
    }
    if (error instanceof KeysUnavailableError)
      throw new ProviderError('unavailable', { ...used, reason: error.reason });
    throw error;
  }
}

async function requestTokens(connection: Connection, refreshToken: string): Promise<TokenEndpointResponse> {
  const secret = await connection.secret();
  const first = await attempt(connection, refreshToken, secret);
  if (!('error' in first)) return first.tokens;
  const replacement = await replacedSecret(connection, first.error, secret);
  const mayRepeat = !first.isAnswered && connection.client.refreshRotation !== 'strict';
  if (replacement === undefined && !mayRepeat) throw first.error;
  const second = await attempt(connection, refreshToken, replacement ?? secret);
  if (!('error' in second)) return second.tokens;
  // The first may have used the token up, whatever became of the second.
  throw first.error.isSpent ? spent(second.error) : second.error;
}

type Attempt =
  | { readonly tokens: TokenEndpointResponse }
  | { readonly error: ProviderError; readonly isAnswered: boolean };

/** @throws ProviderError where discovery fails, and the errors of whoever keeps the secret: then nothing was sent */
async function attempt(connection: Connection, refreshToken: string, secret: string): Promise<Attempt> {
  const { server, registration, auth } = await connection.connect();
  const proof = auth(secret);
  let isAnswered = false;
  try {
    const response = await refreshTokenGrantRequest(server, registration, proof, refreshToken, requestOptions());
    isAnswered = true;
    return { tokens: await processRefreshTokenResponse(server, registration, response) };
  } catch (error) {
    return { error: refreshError(error, connection.client.issuer.alias), isAnswered };
  }
}

function refreshError(cause: unknown, issuer: string): ProviderError {
  const { failure, reason, description } = toProviderError(cause, issuer);
  const isKept = failure === 'unavailable' || failure === 'interaction_required';
  const kind = reason === 'invalid_grant' ? 'ended' : 'refused';
  return new ProviderError(isKept ? failure : kind, { issuer, reason, description, isSpent: isSpent(cause) });
}

function spent({ failure, issuer, reason, description }: ProviderError): ProviderError {
  return new ProviderError(failure, { issuer, reason, description, isSpent: true });
}
