import { createHash } from 'node:crypto';
import { epochSeconds, type NowMs } from '@cloakroom/core';
import type { KeySets } from '../key-sets.ts';
import type { BrowserClient } from './browser-client.ts';
import { type ClientSecret, createConnection } from './connection.ts';
import { endSessionByToken, type LogoutRequest, logoutUrlOf, revokeToken } from './provider-logout.ts';
import { type AuthorizationRequest, redeemCode } from './redeem-code.ts';
import { refreshTokens } from './refresh.ts';
import { type VerifiedExchange, verifyExchange } from './verify-exchange.ts';
import { type ExpectedSession, type Refreshed, refreshExpiryIn } from './verify-refreshed.ts';

/** What the provider gave for a code. Tokens are for the table's sealed item, and for the provider. */
export interface Exchanged extends VerifiedExchange {
  readonly idToken: string;
  readonly refreshToken?: string;
  /** See `Refreshed`. */
  readonly refreshExpiresInSeconds?: number;
  /** Epoch seconds, our clock. */
  readonly receivedAt: number;
}

type Reauthentication = NonNullable<BrowserClient['reauthentication']>;

/** Our client at one provider. */
export interface OidcClient {
  /** Where a browser begins (OpenID Connect Core §3.1.2.1). @throws ProviderError where discovery fails */
  authorizationUrl(request: AuthorizationRequest, parameters: Readonly<Record<string, string>>): Promise<string>;
  /**
   * Redeems the authorization answer for a verified sign-in.
   *
   * @throws ProviderError what the provider says in place of a code or of tokens, or that it does not answer
   * @throws TokenInvalidError, KeysUnavailableError as `verifyExchange`
   */
  exchange(answer: Readonly<Record<string, string>>, request: AuthorizationRequest): Promise<Exchanged>;
  /** See `refreshTokens`. @throws ProviderError */
  refresh(refreshToken: string, expected: ExpectedSession): Promise<Refreshed>;
  /** How the provider is made to ask the person again. @throws ProviderError where discovery fails */
  reauthentication(): Promise<Reauthentication>;
  /** Where a browser ends the provider's session, and comes back by `leftUri`; undefined where it cannot. @throws ProviderError */
  logoutUrl(request: LogoutRequest): Promise<string | undefined>;
  /** See `endSessionByToken`. */
  endSession(refreshToken: string): Promise<boolean>;
  /** See `revokeToken`. */
  revoke(refreshToken: string): Promise<boolean>;
}

export interface OidcClientDeps {
  readonly keys: KeySets;
  readonly nowMs: NowMs;
  /** Undefined for a client that has none. */
  readonly secret: ClientSecret | undefined;
  /** Where the provider sends browsers back to. */
  readonly callbackUri: string;
  readonly leftUri: string;
  /** What counts as signed in at all, in seconds. */
  readonly loginMaxLifetimeSeconds: number;
}

/**
 * Over oauth4webapi, which is certified as a relying party: 22 KB of a bundle and 1.05 ms to load, where openid-client, which stands
 * on it, is 30 KB and 1.25 ms. Signatures are checked against our own key sets in place of a second copy of them.
 */
export function createOidcClient(client: BrowserClient, deps: OidcClientDeps): OidcClient {
  const connection = createConnection(client, deps);

  async function endSessionEndpoint(): Promise<string | undefined> {
    return (await connection.connect()).known.endSession;
  }
  async function reauthentication(): Promise<Reauthentication> {
    if (client.reauthentication !== undefined) return client.reauthentication;
    return (await endSessionEndpoint()) === undefined ? 'prompt' : 'logout';
  }

  return {
    async authorizationUrl(request, parameters) {
      const { known } = await connection.connect();
      const maxAge = { max_age: String(deps.loginMaxLifetimeSeconds) };
      const query = { ...maxAge, ...parameters, ...client.fixedParameters, ...ownParameters(client, deps, request) };
      const url = new URL(known.authorization);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    async exchange(answer, request) {
      const { callbackUri } = deps;
      const tokens = await redeemCode(connection, { answer, request, callbackUri });
      const receivedAt = epochSeconds(deps.nowMs());
      const { id_token: idToken = '', access_token: accessToken, refresh_token: refreshToken } = tokens;
      const context = {
        issuer: client.issuer,
        clientId: client.clientId,
        nonce: request.nonce,
        isWithoutAuthTime: client.reauthentication === 'none',
        shownClaims: client.claims,
      };
      const verified = await verifyExchange({ idToken, accessToken }, context, deps);
      const renewal = { ...refreshExpiryIn(tokens), ...(refreshToken === undefined ? {} : { refreshToken }) };
      return { ...verified, idToken, receivedAt, ...renewal };
    },
    refresh: (refreshToken, expected) => refreshTokens(connection, refreshToken, { expected, deps }),
    reauthentication,
    async logoutUrl(request) {
      const endSession = await endSessionEndpoint();
      if (endSession === undefined || (await reauthentication()) === 'none') return undefined;
      return logoutUrlOf(endSession, request, { client, leftUri: deps.leftUri });
    },
    endSession: (refreshToken) => endSessionByToken(connection, refreshToken),
    revoke: (refreshToken) => revokeToken(connection, refreshToken),
  };
}

/** No frontend and no configuration changes these: they are written last. */
function ownParameters(
  { clientId, scope }: BrowserClient,
  { callbackUri }: Pick<OidcClientDeps, 'callbackUri'>,
  { state, nonce, verifier }: AuthorizationRequest,
): Readonly<Record<string, string>> {
  return {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: callbackUri,
    scope,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
}
