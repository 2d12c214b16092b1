import { join } from 'node:path';
import type { LocalUser } from '../provider/local-token.ts';
import type { OidcClient } from '../provider/oidc-client.ts';
import { KEYCLOAK_CLIENTS, MAIN_REALM } from './keycloak-realms.ts';

/** A client of a realm by our name for it. */
export interface KeycloakClientName {
  /** `cloakroom` by default. */
  readonly realm?: string;
  /** `web` by default. */
  readonly client?: keyof typeof KEYCLOAK_CLIENTS;
}

/** `origin`: `http://localhost:3002` */
export function keycloakClient(
  origin: string,
  { realm = MAIN_REALM.realm, client = 'web' }: KeycloakClientName = {},
): OidcClient {
  const issuer = `${origin}/realms/${realm}`;
  const endpoints = `${issuer}/protocol/openid-connect`;
  return {
    issuer,
    authorizationEndpoint: `${endpoints}/auth`,
    tokenEndpoint: `${endpoints}/token`,
    scope: 'openid',
    ...KEYCLOAK_CLIENTS[client],
  };
}

/** A user of a realm, by name, who has their name as password. `dataDir` is the folder of `scripts/dev`. */
export function keycloakUser(
  origin: string,
  { user, dataDir, ...name }: KeycloakClientName & { readonly user: string; readonly dataDir: string },
): LocalUser {
  const client = keycloakClient(origin, name);
  const file = [new URL(client.issuer).pathname, client.id, user].map(encodeURIComponent).join('.');
  return {
    client,
    fields: { username: user, password: user },
    file: join(dataDir, 'tokens', `${file}.json`),
  };
}
