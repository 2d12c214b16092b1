import type { Issuer } from '@cloakroom/auth';
import { ConfigurationError } from '@cloakroom/core';
import type { Environment } from './environment.ts';
import { findPlaceholders } from './find-placeholders.ts';

/**
 * The built-in provider of this machine, whose access tokens look like Cognito's. Whoever signs in with the group `admins`
 * administers everybody.
 */
export function builtInIssuers(provider: string): readonly Issuer[] {
  return [
    {
      alias: 'local',
      issuer: provider,
      jwksUri: `${provider}/jwks`,
      profile: 'cognito',
      algorithms: ['RS256'],
      clientIds: ['cloakroom-local', 'cloakroom-service'],
      audiences: [],
      loginClaim: 'origin_jti',
      roles: [{ claim: 'groups', value: 'admins', administers: ['local'] }],
      services: ['cloakroom-service'],
    },
  ];
}

/** The two realms of a Keycloak on this machine. The administrators of each know nothing of the other's people. */
export function keycloakIssuers(origin: string): readonly Issuer[] {
  return [
    keycloakRealm(origin, { alias: 'keycloak', realm: 'cloakroom' }),
    keycloakRealm(origin, { alias: 'partners', realm: 'partners' }),
  ];
}

function keycloakRealm(origin: string, { alias, realm }: { readonly alias: string; readonly realm: string }): Issuer {
  const issuer = `${origin}/realms/${realm}`;
  return {
    alias,
    issuer,
    jwksUri: `${issuer}/protocol/openid-connect/certs`,
    profile: 'keycloak',
    algorithms: ['RS256', 'ES256'],
    clientIds: ['cloakroom-web', 'cloakroom-server', 'cloakroom-service'],
    audiences: ['cloakroom-api'],
    loginClaim: 'sid',
    roles: [{ claim: 'realm_access.roles', value: 'cloakroom-admin', administers: [alias] }],
    services: ['cloakroom-service'],
  };
}

/**
 * The issuers of an environment that is deployed, for tokens of one's own pool or tenant on this machine.
 *
 * @throws ConfigurationError naming what is still an example of this repository: no token would ever be accepted
 */
export function issuersOf({ name, issuers }: Pick<Environment, 'name' | 'issuers'>): readonly Issuer[] {
  const examples = findPlaceholders({ issuers });
  if (examples.length === 0) return issuers;
  const file = `terraform/environments/${name}/environment.ts`;
  throw new ConfigurationError(examples.map((path) => `${path} is still an example: put your own issuer into ${file}`));
}
