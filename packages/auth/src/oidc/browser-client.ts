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
  /** How the return address is called in the provider's logout: Cognito's way, or OpenID Connect's. */
  readonly returnParameters: readonly ('logout_uri' | 'post_logout_redirect_uri')[];
}

type Defaults = Pick<BrowserClient, 'scope' | 'fixedParameters' | 'reauthentication' | 'logoutHint'>;

const COMMON: Defaults = {
  // Without it there is no refresh token (OpenID Connect Core §11).
  scope: 'openid offline_access',
  fixedParameters: {},
  reauthentication: undefined,
  logoutHint: 'none',
};

const DEFAULTS: Readonly<Record<Issuer['profile'], Defaults>> = {
  // Refresh tokens come without being asked for.
  cognito: { ...COMMON, scope: 'openid', reauthentication: 'logout' },
  // Here `offline_access` means tokens that outlive the session at the provider.
  keycloak: { ...COMMON, scope: 'openid', reauthentication: 'logout', logoutHint: 'refresh_token' },
  // It refuses a logout without: https://developer.okta.com/docs/guides/sign-users-out/
  okta: { ...COMMON, reauthentication: 'logout', logoutHint: 'id_token' },
  // Its logout signs out of everything.
  entra: { ...COMMON, reauthentication: 'prompt' },
  rfc9068: COMMON,
  plain: COMMON,
};

const GOOGLE: Defaults = {
  ...COMMON,
  scope: 'openid',
  fixedParameters: { access_type: 'offline' },
  reauthentication: 'none',
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
