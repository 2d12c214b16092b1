import { join } from 'node:path';
import type { ClientMetadata } from 'oidc-provider';
import type { LocalUser } from './local-token.ts';
import type { OidcClient } from './oidc-client.ts';

/** The application of people: public, authorization code with PKCE, and refresh tokens. */
const PEOPLE_CLIENT_ID = 'cloakroom-local';

/** A program that calls with a token of its own. Its secret keeps nobody out: everything here is local. */
export const SERVICE_CLIENT = { id: 'cloakroom-service', secret: 'local-only', scope: 'cloakroom/service' } as const;

/** Any port of this machine will do (RFC 8252 §7.3). */
const REDIRECT_URIS = ['http://127.0.0.1/callback', 'http://localhost/callback'];

export const PEOPLE_SCOPES = ['openid', 'profile', 'email'];

/** The clients of the local provider. As at Cognito, one is for people or for itself, and never for both. */
export const PROVIDER_CLIENTS: ClientMetadata[] = [
  {
    client_id: PEOPLE_CLIENT_ID,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: REDIRECT_URIS,
    require_auth_time: true,
  },
  {
    client_id: SERVICE_CLIENT.id,
    client_secret: SERVICE_CLIENT.secret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  },
];

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
