import type { Issuer } from '@cloakroom/auth';
import {
  type BrowserClient,
  browserClientsOf,
  type ClientSecret,
  createOidcClient,
  type OidcClientDeps,
} from '@cloakroom/auth/oidc';
import { ConfigurationError } from '@cloakroom/core';
import { callbackUri, leftUri, type SignInPlace } from './deps.ts';

interface PlacesOptions extends Pick<OidcClientDeps, 'keys' | 'nowMs' | 'loginMaxLifetimeSeconds'> {
  readonly issuers: readonly Issuer[];
  readonly publicUrl: string;
  /** By the name of the secret. Nothing is read here. */
  readonly secretNamed: (name: string) => ClientSecret;
}

/** Where people sign in, by alias. @throws ConfigurationError when it is nowhere */
export function createPlaces({
  issuers,
  publicUrl,
  secretNamed,
  ...deps
}: PlacesOptions): ReadonlyMap<string, SignInPlace> {
  const place = (client: BrowserClient): SignInPlace => ({
    client,
    oidc: createOidcClient(client, {
      ...deps,
      secret: client.clientSecretName === undefined ? undefined : secretNamed(client.clientSecretName),
      callbackUri: callbackUri(publicUrl, client.issuer.alias),
      leftUri: leftUri(publicUrl),
    }),
  });
  const clients = browserClientsOf(issuers);
  if (clients.length === 0)
    throw new ConfigurationError(['ISSUERS_FILE has no issuer with browser: nobody can sign in']);
  return new Map(clients.map((client) => [client.issuer.alias, place(client)]));
}
