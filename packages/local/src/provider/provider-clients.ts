import type { ClientMetadata } from 'oidc-provider';

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
