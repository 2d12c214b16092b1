import { epochSeconds, type NowMs, systemNowMs } from '@cloakroom/core';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  clockSkew,
  clockTolerance,
  customFetch,
} from 'oauth4webapi';
import type { BrowserClient } from './browser-client.ts';
import { clientAuthOf } from './client-auth.ts';
import { createEndpoints, type KnownProvider } from './provider-endpoints.ts';
import type { ProviderError } from './provider-error.ts';
import { providerFetch } from './provider-fetch.ts';

const CLOCK_TOLERANCE_SECONDS = 60;

/** The client's secret, or private key as PKCS#8 PEM. */
export interface ClientSecret {
  get(): Promise<string>;
  /** To be called when this one was refused: perhaps it has been replaced. */
  replace(refused: string): Promise<string>;
}

/** The provider as the library for OpenID Connect takes it. */
export interface Connected {
  readonly known: KnownProvider;
  readonly server: AuthorizationServer;
  readonly registration: Client;
  auth(secret: string): ClientAuth;
}

/** Our client at a provider, and how it is reached. */
export interface Connection {
  readonly client: BrowserClient;
  /** @throws ProviderError where discovery fails */
  connect(): Promise<Connected>;
  /** Empty for a client that has none. @throws the errors of whoever keeps it */
  secret(): Promise<string>;
  /** Undefined for a client that has none. */
  secretAfter(refused: string): Promise<string | undefined>;
}

interface ConnectionDeps {
  readonly nowMs: NowMs;
  /** Undefined for a client that has none. */
  readonly secret: ClientSecret | undefined;
}

export function createConnection(client: BrowserClient, { nowMs, secret }: ConnectionDeps): Connection {
  const endpoints = createEndpoints(client, nowMs);
  return {
    client,
    async connect() {
      const known = await endpoints();
      return {
        known,
        server: serverOf(client, known),
        registration: {
          client_id: client.clientId,
          [clockTolerance]: CLOCK_TOLERANCE_SECONDS,
          // The library's clock is the machine's. Ours is the one that was given.
          [clockSkew]: epochSeconds(nowMs()) - epochSeconds(systemNowMs()),
        },
        auth: (value) => clientAuthOf(client, known, value),
      };
    },
    secret: async () => (await secret?.get()) ?? '',
    secretAfter: async (refused) => secret?.replace(refused),
  };
}

function serverOf({ issuer }: BrowserClient, { token, revocation, sendsIssuer }: KnownProvider): AuthorizationServer {
  return {
    issuer: issuer.issuer,
    token_endpoint: token,
    ...(revocation === undefined ? {} : { revocation_endpoint: revocation }),
    authorization_response_iss_parameter_supported: sendsIssuer,
    id_token_signing_alg_values_supported: [...issuer.algorithms],
  };
}

/** The present secret, where the provider has refused the one it was sent, and that has been replaced since it was read. */
export async function replacedSecret(
  connection: Connection,
  { reason }: Pick<ProviderError, 'reason'>,
  refused: string,
): Promise<string | undefined> {
  const present = reason === 'invalid_client' ? await connection.secretAfter(refused) : undefined;
  return present === refused ? undefined : present;
}

/** How the library makes its requests. */
export function requestOptions(timeoutMs?: number) {
  return {
    [customFetch]: (url: string, request: Parameters<typeof providerFetch>[1]) =>
      providerFetch(url, request, timeoutMs),
    // Configuration and discovery let http through for this machine alone.
    [allowInsecureRequests]: true,
  };
}
