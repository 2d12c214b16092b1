import { createHash } from 'node:crypto';
import { epochSeconds, type NowMs, systemNowMs } from '@cloakroom/core';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  clockSkew,
  clockTolerance,
  customFetch,
  processAuthorizationCodeResponse,
  processRevocationResponse,
  revocationRequest,
  skipAuthTimeCheck,
  validateAuthResponse,
} from 'oauth4webapi';
import { parseCompactJws } from '../compact-jws.ts';
import type { KeySets } from '../key-sets.ts';
import { claimsOf } from '../token-profiles.ts';
import type { BrowserClient } from './browser-client.ts';
import { clientAuthOf } from './client-auth.ts';
import { createEndpoints, type KnownProvider } from './provider-endpoints.ts';
import { ProviderError, toProviderError } from './provider-error.ts';
import { providerFetch } from './provider-fetch.ts';
import { type VerifiedExchange, verifyExchange } from './verify-exchange.ts';

const CLOCK_TOLERANCE_SECONDS = 60;
/** For what is done at the provider beside an answer that does not depend on it. */
const BEST_EFFORT_MS = 2000;

/** What a flow holds of its authorization request. */
export interface AuthorizationRequest {
  readonly state: string;
  readonly nonce: string;
  /** PKCE's code verifier (RFC 7636 §4.1). */
  readonly verifier: string;
}

/** What the provider gave for a code. Tokens are for the table's sealed item, and for the provider. */
export interface Exchanged extends VerifiedExchange {
  readonly idToken: string;
  readonly refreshToken?: string;
  /** Epoch seconds, our clock. */
  readonly receivedAt: number;
}

export interface LogoutRequest {
  /** Comes back with the browser, at providers that send it back. */
  readonly state: string;
  /** Of the session that is to end. */
  readonly idToken?: string | undefined;
}

/** The client's secret, or private key as PKCS#8 PEM. */
export interface ClientSecret {
  get(): Promise<string>;
  /** To be called when this one was refused: perhaps it has been replaced. */
  replace(refused: string): Promise<string>;
}

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
  /** How the provider is made to ask the person again. @throws ProviderError where discovery fails */
  reauthentication(): Promise<'logout' | 'prompt' | 'none'>;
  /** Where a browser ends the provider's session and comes back by `leftUri`; undefined where it cannot. @throws ProviderError where discovery fails */
  logoutUrl(request: LogoutRequest): Promise<string | undefined>;
  /** Ends the provider's session without a browser. True when that is known; false within 2 s, whatever went wrong. */
  endSession(refreshToken: string): Promise<boolean>;
  /** Revokes the refresh token (RFC 7009). True when that is known; false within 2 s, whatever went wrong. */
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
 * on it, is 30 KB and 1.25 ms. Signatures are checked against our own key sets in place of a second copy of its.
 */
export function createOidcClient(client: BrowserClient, deps: OidcClientDeps): OidcClient {
  const { issuer } = client;
  const { alias } = issuer;
  const endpoints = createEndpoints(client, deps.nowMs);

  const serverOf = (known: KnownProvider): AuthorizationServer => ({
    issuer: issuer.issuer,
    token_endpoint: known.token,
    ...(known.revocation === undefined ? {} : { revocation_endpoint: known.revocation }),
    authorization_response_iss_parameter_supported: known.sendsIssuer,
    id_token_signing_alg_values_supported: [...issuer.algorithms],
  });
  const registration = (): Client => ({
    client_id: client.clientId,
    [clockTolerance]: CLOCK_TOLERANCE_SECONDS,
    [clockSkew]: epochSeconds(deps.nowMs()) - epochSeconds(systemNowMs()),
  });
  const optionsOf = (timeoutMs?: number) => ({
    [customFetch]: (url: string, request: Parameters<typeof providerFetch>[1]) =>
      providerFetch(url, request, timeoutMs),
    // Configuration and discovery let http through for this machine alone.
    [allowInsecureRequests]: true,
  });
  const secretOf = async () => (await deps.secret?.get()) ?? '';

  async function redeem(known: KnownProvider, answer: URLSearchParams, request: AuthorizationRequest, secret: string) {
    const server = serverOf(known);
    const auth = clientAuthOf(client, known, secret);
    try {
      const response = await authorizationCodeGrantRequest(
        server,
        registration(),
        auth,
        answer,
        deps.callbackUri,
        request.verifier,
        optionsOf(),
      );
      return await processAuthorizationCodeResponse(server, registration(), response, {
        expectedNonce: request.nonce,
        // How old the sign-in is, is judged by our own clock.
        maxAge: skipAuthTimeCheck,
        requireIdToken: true,
      });
    } catch (error) {
      throw toProviderError(error, alias);
    }
  }

  /** The secret may have been replaced since it was read. The code is not used up: who asks is checked first (RFC 6749 §4.1.3). */
  async function redeemTwice(known: KnownProvider, answer: URLSearchParams, request: AuthorizationRequest) {
    const secret = await secretOf();
    try {
      return await redeem(known, answer, request, secret);
    } catch (error) {
      const isSecretRefused = error instanceof ProviderError && error.reason === 'invalid_client';
      const present = isSecretRefused ? await deps.secret?.replace(secret) : secret;
      if (present === undefined || present === secret) throw error;
      return redeem(known, answer, request, present);
    }
  }

  function validated(known: KnownProvider, answer: Readonly<Record<string, string>>, state: string): URLSearchParams {
    try {
      return validateAuthResponse(serverOf(known), registration(), new URLSearchParams(answer), state);
    } catch (error) {
      throw toProviderError(error, alias);
    }
  }

  async function reauthentication(): Promise<'logout' | 'prompt' | 'none'> {
    if (client.reauthentication !== undefined) return client.reauthentication;
    return (await endpoints()).endSession === undefined ? 'prompt' : 'logout';
  }

  return {
    async authorizationUrl({ state, nonce, verifier }, parameters) {
      const url = new URL((await endpoints()).authorization);
      const query = {
        ...parameters,
        ...(parameters.max_age === undefined ? { max_age: String(deps.loginMaxLifetimeSeconds) } : {}),
        ...client.fixedParameters,
        client_id: client.clientId,
        response_type: 'code',
        redirect_uri: deps.callbackUri,
        scope: client.scope,
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    async exchange(answer, request) {
      const known = await endpoints();
      const tokens = await redeemTwice(known, validated(known, answer, request.state), request);
      const { id_token: idToken = '', access_token: accessToken, refresh_token: refreshToken } = tokens;
      const receivedAt = epochSeconds(deps.nowMs());
      const context = { issuer, clientId: client.clientId, nonce: request.nonce };
      const isWithoutAuthTime = client.reauthentication === 'none';
      const verified = await verifyExchange({ idToken, accessToken }, { ...context, isWithoutAuthTime }, deps);
      return { ...verified, idToken, receivedAt, ...(refreshToken === undefined ? {} : { refreshToken }) };
    },
    reauthentication,
    async logoutUrl({ state, idToken }) {
      const { endSession } = await endpoints();
      if (endSession === undefined || (await reauthentication()) === 'none') return undefined;
      const url = new URL(endSession);
      const query = {
        client_id: client.clientId,
        [client.logoutUri]: deps.leftUri,
        ...(client.logoutUri === 'post_logout_redirect_uri' ? { state } : {}),
        ...hintOf(client, idToken),
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    endSession: (refreshToken) =>
      bestEffort(async () => {
        const known = await endpoints();
        if (client.logoutHint !== 'refresh_token' || known.endSession === undefined) return false;
        const body = new URLSearchParams({ client_id: client.clientId, refresh_token: refreshToken });
        const headers = new Headers();
        await clientAuthOf(client, known, await secretOf())(serverOf(known), registration(), body, headers);
        const request = { method: 'POST', body, headers: Object.fromEntries(headers) };
        const { status } = await providerFetch(known.endSession, request, BEST_EFFORT_MS);
        return status === 204 || status === 200;
      }),
    revoke: (refreshToken) =>
      bestEffort(async () => {
        const known = await endpoints();
        if (known.revocation === undefined) return false;
        const server = serverOf(known);
        const auth = clientAuthOf(client, known, await secretOf());
        const response = await revocationRequest(server, registration(), auth, refreshToken, {
          ...optionsOf(BEST_EFFORT_MS),
          additionalParameters: { token_type_hint: 'refresh_token' },
        });
        await processRevocationResponse(response);
        return true;
      }),
  };
}

/** `sid` is read from a token that was verified when it came, and was sealed since. */
function hintOf({ issuer, logoutHint }: BrowserClient, idToken: string | undefined): Readonly<Record<string, string>> {
  if (idToken === undefined) return {};
  if (logoutHint === 'id_token') return { id_token_hint: idToken };
  const sid = logoutHint === 'sid' ? parseCompactJws(idToken).claims[claimsOf(issuer).sid] : undefined;
  return typeof sid === 'string' ? { logout_hint: sid } : {};
}

/** The whole of it within 2 s, the reading of the secret and discovery included. */
async function bestEffort(act: () => Promise<boolean>): Promise<boolean> {
  const given = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => given.resolve(false), BEST_EFFORT_MS);
  try {
    return await Promise.race([act().catch(() => false), given.promise]);
  } finally {
    clearTimeout(timer);
  }
}
