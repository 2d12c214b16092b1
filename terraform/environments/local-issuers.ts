import type { Issuer } from '@cloakroom/auth';
import { ConfigurationError } from '@cloakroom/core';
import type { Environment } from './environment.ts';
import { findPlaceholders } from './find-placeholders.ts';

/** The local API's own origin: a page that it serves may sign people in. */
const OWN_PAGES = ['http://127.0.0.1:3000'];

/** What `clientSecretName` is for a Keycloak on this machine; the secret itself is `local-only`. */
const KEYCLOAK_SECRET = 'keycloak-client';

interface BuiltInProvider {
  /** Whom it is like. */
  readonly shape?: string | undefined;
  /** What becomes of its refresh tokens when they are used. */
  readonly refreshRotation?: NonNullable<Browser['refreshRotation']> | undefined;
}

/**
 * The built-in provider of this machine, whose access tokens look like Cognito's. Whoever signs in with the group `admins`
 * administers everybody. Its client for browsers is public, so that nothing has to be put anywhere first.
 *
 * @param frontends pages that people come from, as exact origins; the first is the default
 */
export function builtInIssuers(
  provider: string,
  frontends: readonly string[] = OWN_PAGES,
  { shape = 'local', refreshRotation = 'none' }: BuiltInProvider = {},
): readonly Issuer[] {
  return [
    {
      alias: 'local',
      issuer: provider,
      clientIds: ['cloakroom-local', 'cloakroom-service', 'cloakroom-browser'],
      services: ['cloakroom-service'],
      algorithms: ['RS256'],
      ...browserFrom(frontends, {
        clientId: 'cloakroom-browser',
        scope: 'openid profile email',
        reauthentication: 'logout',
        refreshRotation,
        parameters: { login_hint: 'any', acr_values: ['1', '2'] },
      }),
      ...(shape === 'keycloak' ? likeKeycloak(provider) : likeCognito(provider, shape)),
    },
  ];
}

type Shape = Pick<Issuer, 'jwksUri' | 'profile' | 'audiences' | 'loginClaim' | 'roles' | 'backchannelLogout'>;

function likeCognito(provider: string, shape: string): Shape {
  return {
    jwksUri: shape === 'cognito' ? `${provider}/.well-known/jwks.json` : `${provider}/jwks`,
    profile: 'cognito',
    audiences: [],
    loginClaim: 'origin_jti',
    roles: [{ claim: 'groups', value: 'admins', administers: ['local'] }],
  };
}

function likeKeycloak(provider: string): Shape {
  return {
    jwksUri: `${provider}/protocol/openid-connect/certs`,
    profile: 'keycloak',
    audiences: ['cloakroom-api'],
    loginClaim: 'sid',
    backchannelLogout: true,
    roles: [{ claim: 'realm_access.roles', value: 'cloakroom-admin', administers: ['local'] }],
  };
}

/** The two realms of a Keycloak on this machine. The administrators of each know nothing of the other's people. */
export function keycloakIssuers(origin: string, frontends: readonly string[] = OWN_PAGES): readonly Issuer[] {
  return [
    keycloakRealm(origin, { alias: 'keycloak', realm: 'cloakroom', frontends }),
    keycloakRealm(origin, { alias: 'partners', realm: 'partners', frontends }),
  ];
}

type Browser = NonNullable<Issuer['browser']>;

/** Without a page nobody signs in by browser. */
function browserFrom(pages: readonly string[], browser: Omit<Browser, 'frontends'>): Pick<Issuer, 'browser'> {
  const frontends = pages.map((url) => ({ url }));
  return frontends.length === 0 ? {} : { browser: { ...browser, frontends } };
}

interface LocalRealm {
  readonly alias: string;
  readonly realm: string;
  readonly frontends: readonly string[];
}

function keycloakRealm(origin: string, { alias, realm, frontends }: LocalRealm): Issuer {
  const issuer = `${origin}/realms/${realm}`;
  return {
    alias,
    issuer,
    jwksUri: `${issuer}/protocol/openid-connect/certs`,
    profile: 'keycloak',
    algorithms: ['RS256', 'ES256'],
    clientIds: ['cloakroom-web', 'cloakroom-server', 'cloakroom-service', 'cloakroom-browser'],
    audiences: ['cloakroom-api'],
    loginClaim: 'sid',
    roles: [{ claim: 'realm_access.roles', value: 'cloakroom-admin', administers: [alias] }],
    services: ['cloakroom-service'],
    backchannelLogout: true,
    ...browserFrom(frontends, {
      clientId: 'cloakroom-browser',
      clientSecretName: KEYCLOAK_SECRET,
      parameters: { login_hint: 'any', ui_locales: 'any', kc_idp_hint: 'any', prompt: ['login'] },
    }),
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
