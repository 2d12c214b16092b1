import { epochSeconds, systemNowMs } from '@cloakroom/core';
import {
  type AccessToken,
  type Adapter,
  type Configuration,
  interactionPolicy,
  type JWTStructured,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { PEOPLE_SCOPES, PROVIDER_CLIENTS, scopeOfClient } from './provider-clients.ts';
import type { ProviderKeys } from './provider-keys.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** oidc-provider makes JWTs only for a resource. This one is never named in a token: see `withoutAudience`. */
const RESOURCE = 'urn:cloakroom:api';

interface ConfigurationOptions {
  readonly keys: ProviderKeys;
  readonly adapter: (model: string) => Adapter;
  /** Group names by user name. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * Makes tokens that look like Amazon Cognito's: an access token has `token_use`, `client_id`, `username`, `origin_jti` and
 * `auth_time`, and no `aud`; an ID token has `aud`. `origin_jti` stays the same over the refreshes of one sign-in. The service
 * client gets tokens of its own, for nobody.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function providerConfiguration({ keys, adapter, groups }: ConfigurationOptions): Configuration {
  const groupsOf = (user: string) => {
    const names = Object.hasOwn(groups, user) ? groups[user] : undefined;
    return names === undefined ? {} : { 'cognito:groups': names };
  };
  return {
    adapter,
    jwks: { keys: keys.keys },
    cookies: { keys: keys.cookieKeys },
    clients: PROVIDER_CLIENTS,
    scopes: PEOPLE_SCOPES,
    claims: { openid: ['sub', 'token_use', 'origin_jti', 'cognito:username', 'cognito:groups'] },
    pkce: { required: () => true },
    ttl: {
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: HOUR_SECONDS,
      Grant: 30 * DAY_SECONDS,
      IdToken: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: 30 * DAY_SECONDS,
      Session: 14 * DAY_SECONDS,
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: false, // Cognito's default, too
    // A page of this machine may call the token endpoint, a page of the internet may not.
    clientBasedCORS: (_ctx, origin) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}`, policy: policyWithoutConsent() },
    loadExistingGrant: newGrant,
    findAccount: (_ctx, sub, token) => ({
      accountId: sub,
      claims: () => ({
        sub,
        token_use: 'id',
        'cognito:username': sub,
        ...groupsOf(sub),
        ...(token !== undefined && 'grantId' in token ? { origin_jti: token.grantId } : {}),
      }),
    }),
    extraTokenClaims: (ctx, token) =>
      token.kind === 'ClientCredentials' ? serviceClaims() : personClaims(ctx, token, groupsOf),
    formats: { customizers: { jwt: (_ctx, _token, jwt) => withoutAudience(jwt) } },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, client) => ({
          scope: scopeOfClient(client.clientId),
          accessTokenFormat: 'jwt',
          accessTokenTTL: HOUR_SECONDS,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

/** Nobody is asked for consent on their own machine. */
function policyWithoutConsent(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
}

/** Every authorization is a grant of its own, with all that was asked for: its id is the `origin_jti` of its tokens. */
async function newGrant({ oidc }: KoaContextWithOIDC) {
  const { account, client, params } = oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  const scope = String(params?.scope ?? '');
  grant.addOIDCScope(scope);
  grant.addResourceScope(RESOURCE, scope);
  await grant.save();
  return grant;
}

/** Of an access token of a person. */
function personClaims(ctx: KoaContextWithOIDC, token: AccessToken, groupsOf: (user: string) => object) {
  return {
    token_use: 'access',
    username: token.accountId,
    ...groupsOf(token.accountId),
    origin_jti: token.grantId,
    auth_time: authTimeOf(ctx),
  };
}

/** Of a service's token: as from Cognito, it has an `auth_time`, and neither `origin_jti` nor `username`. Its `sub` is the client. */
function serviceClaims() {
  return { token_use: 'access', auth_time: epochSeconds(systemNowMs()) };
}

function authTimeOf({ oidc: { entities } }: KoaContextWithOIDC): number | undefined {
  return entities.AuthorizationCode?.authTime ?? entities.RefreshToken?.authTime;
}

/**
 * Cognito's access tokens have no `aud`, but oidc-provider refuses to sign a JWT without a truthy one. This one is truthy and
 * JSON leaves it out.
 */
function withoutAudience({ payload }: JWTStructured): void {
  payload.aud = { toJSON: () => undefined };
}
