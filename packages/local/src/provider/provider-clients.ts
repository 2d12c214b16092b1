import { join } from 'node:path';
import type { ClientMetadata } from 'oidc-provider';
import type { LocalUser } from './local-token.ts';
import type { OidcClient } from './oidc-client.ts';
import type { SigningKey } from './provider-keys.ts';

/** The application of people: public, authorization code with PKCE, and refresh tokens. */
const PEOPLE_CLIENT_ID = 'cloakroom-local';

/** A program that calls with a token of its own. Its secret keeps nobody out: everything here is local. */
export const SERVICE_CLIENT = { id: 'cloakroom-service', secret: 'local-only', scope: 'cloakroom/service' } as const;

/**
 * The token handler, by each way in which a client can prove itself: `scripts/dev` uses the public one, which needs no secret to be put
 * anywhere first. The secrets of the others are none: everything here is local.
 */
export const BROWSER_CLIENTS = {
  client_secret_basic: { id: 'cloakroom-browser-basic', secret: 'local-only' },
  client_secret_post: { id: 'cloakroom-browser-post', secret: 'local-only' },
  private_key_jwt: { id: 'cloakroom-browser-jwt' },
  none: { id: 'cloakroom-browser' },
} as const;

/** Not a grant of the standards: how `POST` to Keycloak's end-session endpoint proves its client, see `logoutByRefreshToken`. */
export const LOGOUT_GRANT = 'urn:cloakroom:logout-by-refresh-token';

/** Any port of this machine will do (RFC 8252 §7.3). */
const REDIRECT_URIS = ['http://127.0.0.1/callback', 'http://localhost/callback'];

export const PEOPLE_SCOPES = ['openid', 'profile', 'email'];

/** Where the token handler of a local stack is: the ports of both do not count (RFC 8252 §7.3). */
const CALLBACK = 'http://127.0.0.1/auth/callback/local';
const LEFT = 'http://127.0.0.1/auth/left';

/** Where an installation takes logout tokens, if it does. */
export const backchannelLogoutUri = (api: string) => `${api}/auth/backchannel-logout`;

interface ClientOptions {
  /** The local API, `http://127.0.0.1:3000`: where logout tokens go. */
  readonly api: string;
  /** By which the client of `private_key_jwt` proves itself. */
  readonly clientKey: SigningKey;
}

/** The clients of the local provider. As at Cognito, one is for people or for itself, and never for both. */
export function providerClients({ api, clientKey }: ClientOptions): ClientMetadata[] {
  const { kty, kid, n, e } = clientKey;
  const publicKey = { kty, kid, n, e, alg: 'RS256', use: 'sig' } as const;
  return [
    {
      ...ofPeople(PEOPLE_CLIENT_ID, REDIRECT_URIS),
      token_endpoint_auth_method: 'none',
      post_logout_redirect_uris: REDIRECT_URIS,
    },
    {
      client_id: SERVICE_CLIENT.id,
      client_secret: SERVICE_CLIENT.secret,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
    ...Object.entries(BROWSER_CLIENTS).map(([method, client]) => ({
      ...ofPeople(client.id, [CALLBACK]),
      ...('secret' in client ? { client_secret: client.secret } : {}),
      ...(method === 'private_key_jwt'
        ? { jwks: { keys: [publicKey] }, token_endpoint_auth_signing_alg: 'RS256' as const }
        : {}),
      token_endpoint_auth_method: method as keyof typeof BROWSER_CLIENTS,
      post_logout_redirect_uris: [LEFT],
      backchannel_logout_uri: backchannelLogoutUri(api),
      backchannel_logout_session_required: true,
    })),
  ];
}

function ofPeople(id: string, redirectUris: string[]): ClientMetadata {
  return {
    client_id: id,
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token', LOGOUT_GRANT],
    response_types: ['code'],
    redirect_uris: redirectUris,
    require_auth_time: true,
  };
}

/** What a client may ask for, space-separated. */
export function scopeOfClient(clientId: string): string {
  return clientId === SERVICE_CLIENT.id ? SERVICE_CLIENT.scope : PEOPLE_SCOPES.join(' ');
}

/** A user of the built-in provider, by name. `dataDir` is the folder of `scripts/dev`. */
export function builtInUser(issuer: string, { dataDir, user }: { dataDir: string; user: string }): LocalUser {
  return {
    client: clientAt(issuer, { id: PEOPLE_CLIENT_ID, scope: PEOPLE_SCOPES.join(' ') }),
    fields: { login: user },
    file: join(dataDir, 'tokens', `${encodeURIComponent(user)}.json`),
  };
}

/** The service of the built-in provider. */
export function builtInService(issuer: string): OidcClient {
  return clientAt(issuer, SERVICE_CLIENT);
}

function clientAt(issuer: string, client: Pick<OidcClient, 'id' | 'secret' | 'scope'>): OidcClient {
  return { issuer, authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${issuer}/token`, ...client };
}
