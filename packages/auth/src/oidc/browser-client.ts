import type { Browser, ClientAuth } from '../browser.ts';
import type { Issuer } from '../issuer.ts';

/** The addresses of a provider, as far as a client in front of browsers needs them. */
export interface ProviderEndpoints {
  readonly authorization: string;
  readonly token: string;
  readonly endSession?: string | undefined;
  readonly revocation?: string | undefined;
}

/** How people sign in with a browser at an issuer, with nothing left open but what the provider itself tells. */
export interface BrowserClient {
  readonly issuer: Issuer;
  readonly clientId: string;
  /** Undefined where they have to be discovered. */
  readonly endpoints: ProviderEndpoints | undefined;
  readonly clientAuth: ClientAuth;
  readonly clientSecretName: string | undefined;
  readonly frontends: Browser['frontends'];
  readonly scope: string;
  /** Claims of the ID token that a page may see. */
  readonly claims: readonly string[];
  readonly parameters: NonNullable<Browser['parameters']>;
  readonly fixedParameters: NonNullable<Browser['fixedParameters']>;
  /** Undefined: `logout` if the provider has an address for it, else `prompt`. */
  readonly reauthentication: Browser['reauthentication'] | undefined;
  readonly logoutHint: NonNullable<Browser['logoutHint']>;
  readonly refreshRotation: NonNullable<Browser['refreshRotation']>;
  /** Undefined where the provider's own answers tell, or nothing is known. */
  readonly refreshIdleSeconds: number | undefined;
  readonly recheckGraceSeconds: number;
  /** How the return address is called in the provider's logout: Cognito's way, or OpenID Connect's. */
  readonly returnParameters: readonly ('logout_uri' | 'post_logout_redirect_uri')[];
}

type Defaults = Pick<
  BrowserClient,
  'scope' | 'fixedParameters' | 'reauthentication' | 'logoutHint' | 'refreshRotation'
>;
const RECHECK_GRACE_SECONDS = 3600;

const COMMON: Defaults = {
  // Without it there is no refresh token (OpenID Connect Core §11).
  scope: 'openid offline_access',
  fixedParameters: {},
  reauthentication: undefined,
  logoutHint: 'none',
  // A refresh that got no answer is tried once more: where the token lives on nothing is lost, and where it does not, its successor
  // is lost either way. With `strict` each outage that swallows answers would take everybody's refresh token.
  refreshRotation: 'grace',
};

const DEFAULTS: Readonly<Record<Issuer['profile'], Defaults>> = {
  // Refresh tokens come without being asked for.
  // They stay good, unless rotation was switched on for the app client:
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
  cognito: { ...COMMON, scope: 'openid', reauthentication: 'logout', refreshRotation: 'none' },
  // Here `offline_access` means tokens that outlive the session at the provider. Refresh tokens stay good unless the realm revokes them.
  keycloak: {
    ...COMMON,
    scope: 'openid',
    reauthentication: 'logout',
    logoutHint: 'refresh_token',
    refreshRotation: 'none',
  },
  // Where it rotates, as it does for single-page apps, the used one is good for 30 s more unless that was changed.
  // It refuses a logout without an ID token: https://developer.okta.com/docs/guides/sign-users-out/
  okta: { ...COMMON, reauthentication: 'logout', logoutHint: 'id_token' },
  // Its logout signs out of everything. New refresh tokens do not revoke the old ones:
  // https://learn.microsoft.com/entra/identity-platform/refresh-tokens
  entra: { ...COMMON, reauthentication: 'prompt', refreshRotation: 'none' },
  rfc9068: COMMON,
  plain: COMMON,
};

const GOOGLE: Defaults = {
  ...COMMON,
  scope: 'openid',
  fixedParameters: { access_type: 'offline' },
  reauthentication: 'none',
  refreshRotation: 'none',
};

/** Those of the issuers that people sign in at with a browser; the first is the default. */
export function browserClientsOf(issuers: readonly Issuer[]): readonly BrowserClient[] {
  return issuers.flatMap((issuer) => (issuer.browser === undefined ? [] : [browserClientOf(issuer, issuer.browser)]));
}

function browserClientOf(issuer: Issuer, browser: Browser): BrowserClient {
  const defaults = issuer.issuer === 'https://accounts.google.com' ? GOOGLE : DEFAULTS[issuer.profile];
  const { domain, clientSecretName } = browser;
  return {
    issuer,
    clientId: browser.clientId,
    endpoints: browser.endpoints ?? (domain === undefined ? undefined : cognitoEndpoints(domain)),
    clientAuth: browser.clientAuth ?? { method: clientSecretName === undefined ? 'none' : 'client_secret_basic' },
    clientSecretName,
    frontends: browser.frontends,
    scope: browser.scope ?? defaults.scope,
    claims: browser.claims ?? [],
    parameters: browser.parameters ?? {},
    fixedParameters: browser.fixedParameters ?? defaults.fixedParameters,
    reauthentication: browser.reauthentication ?? defaults.reauthentication,
    logoutHint: browser.logoutHint ?? defaults.logoutHint,
    refreshRotation: browser.refreshRotation ?? defaults.refreshRotation,
    refreshIdleSeconds: browser.refreshIdleSeconds,
    recheckGraceSeconds: browser.recheckGraceSeconds ?? RECHECK_GRACE_SECONDS,
    returnParameters: returnParametersOf(issuer, browser),
  };
}

const COGNITO = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//;

/** A provider whose tokens are like Cognito's and that is another, such as the local one, is told both ways: it ignores what it does not know. */
function returnParametersOf({ issuer, profile }: Issuer, { domain }: Browser): BrowserClient['returnParameters'] {
  if (domain !== undefined || COGNITO.test(issuer)) return ['logout_uri'];
  return profile === 'cognito' ? ['logout_uri', 'post_logout_redirect_uri'] : ['post_logout_redirect_uri'];
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints-oauth-grants.html */
function cognitoEndpoints(domain: string): ProviderEndpoints {
  const at = (path: string) => `https://${domain}${path}`;
  return {
    authorization: at('/oauth2/authorize'),
    token: at('/oauth2/token'),
    endSession: at('/logout'),
    revocation: at('/oauth2/revoke'),
  };
}
