import {
  authorizationCodeGrantRequest,
  processAuthorizationCodeResponse,
  skipAuthTimeCheck,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { type Connected, type Connection, replacedSecret, requestOptions } from './connection.ts';
import { toProviderError } from './provider-error.ts';

/** What a flow holds of its authorization request. */
export interface AuthorizationRequest {
  readonly state: string;
  readonly nonce: string;
  /** PKCE's code verifier (RFC 7636 §4.1). */
  readonly verifier: string;
}

interface Redemption {
  /** The query of the authorization answer. */
  readonly answer: Readonly<Record<string, string>>;
  readonly request: AuthorizationRequest;
  readonly callbackUri: string;
}

/**
 * The tokens for an authorization answer, whose `state` and `iss` (RFC 9207) are checked first. The claims of the ID token are
 * checked, its signature is not.
 *
 * The client's secret may have been replaced since it was read: then the provider is asked again, with the new one. The code is not
 * used up by that, since who asks is checked first (RFC 6749 §4.1.3).
 *
 * @throws ProviderError
 */
export async function redeemCode(connection: Connection, redemption: Redemption): Promise<TokenEndpointResponse> {
  const connected = await connection.connect();
  const { alias } = connection.client.issuer;
  const secret = await connection.secret();
  try {
    return await requestTokens(connected, redemption, secret);
  } catch (cause) {
    const error = toProviderError(cause, alias);
    const present = await replacedSecret(connection, error, secret);
    if (present === undefined) throw error;
    return requestTokens(connected, redemption, present).catch((again) => {
      throw toProviderError(again, alias);
    });
  }
}

/** @throws the errors of the library, which carry codes and tokens */
async function requestTokens(
  { server, registration, auth }: Connected,
  { answer, request, callbackUri }: Redemption,
  secret: string,
): Promise<TokenEndpointResponse> {
  const { state, nonce, verifier } = request;
  const parameters = validateAuthResponse(server, registration, new URLSearchParams(answer), state);
  const proof = auth(secret);
  const options = requestOptions();
  const response = await authorizationCodeGrantRequest(
    server,
    registration,
    proof,
    parameters,
    callbackUri,
    verifier,
    options,
  );
  return processAuthorizationCodeResponse(server, registration, response, {
    expectedNonce: nonce,
    // How old the sign-in is, is judged by our own clock.
    maxAge: skipAuthTimeCheck,
    requireIdToken: true,
  });
}
