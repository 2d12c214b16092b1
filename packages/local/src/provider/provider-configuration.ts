import { epochSeconds, systemNowMs } from '@cloakroom/core';
import type {
  AccessToken,
  Adapter,
  ClientCredentials,
  ClientMetadata,
  Configuration,
  JWTStructured,
  KoaContextWithOIDC,
  UnknownObject,
} from 'oidc-provider';
import { ACCOUNT_CLAIMS, accessTokenClaims, idTokenClaims, serviceClaims } from './account-claims.ts';
import { ACR_VALUES, loginPolicy } from './interaction-policy.ts';
import { errorPage } from './login-page.ts';
import type { CurrentBehaviour } from './provider-behaviour.ts';
import { PEOPLE_SCOPES, providerClients, scopeOfClient } from './provider-clients.ts';
import type { ProviderKeys, SigningKey } from './provider-keys.ts';
import { type ProviderShape, SHAPES } from './provider-shape.ts';
import type { ProviderStore } from './provider-store.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { shifted } from './sign-again.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** oidc-provider makes JWTs only for a resource. */
const RESOURCE = 'urn:cloakroom:api';
/** Whom a Keycloak's access tokens are for. Those of the other shapes are for nobody, as Cognito's: see `setAudience`. */
const KEYCLOAK_AUDIENCE = ['cloakroom-api', 'account'];

export interface ConfigurationOptions {
  readonly shape: ProviderShape;
  readonly keys: ProviderKeys;
  readonly clientKey: SigningKey;
  readonly store: ProviderStore;
  /** The local API, without a slash at the end. */
  readonly api: string;
  readonly behaviour: CurrentBehaviour;
  readonly refreshTokens: RefreshTokens;
}

/**
 * Makes tokens that look like Amazon Cognito's, or Keycloak's. Cognito's: an access token has `token_use`, `client_id`,
 * `username`, `origin_jti` and `auth_time`, and no `aud`; an ID token has `aud`. `origin_jti` stays the same over the refreshes
 * of one sign-in. The service client gets tokens of its own, for nobody.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function providerConfiguration(options: ConfigurationOptions): Configuration {
  const { shape, keys, store, behaviour } = options;
  const { routes, sessionSeconds } = SHAPES[shape];
  return {
    adapter(model) {
      const adapter = store.adapter(model);
      if (model === 'Client') return withClients(adapter, providerClients(options));
      return model === 'RefreshToken' ? options.refreshTokens.keep(adapter) : adapter;
    },
    routes,
    jwks: { keys: keys.keys },
    cookies: { keys: keys.cookieKeys },
    scopes: PEOPLE_SCOPES,
    acrValues: ACR_VALUES,
    claims: { openid: ['sub', 'acr', ...ACCOUNT_CLAIMS[shape]] },
    pkce: { required: () => true },
    ttl: {
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: HOUR_SECONDS,
      Grant: 30 * DAY_SECONDS,
      IdToken: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: 30 * DAY_SECONDS,
      Session: sessionSeconds,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage({ ...out });
    },
    issueRefreshToken: async () => behaviour().givesRefreshTokens,
    rotateRefreshToken: () => behaviour().refreshRotation !== 'none',
    expiresWithSession: async () => false, // a logout ends them itself, where it does: see `ShapeTraits`
    // A page of this machine may call the token endpoint, a page of the internet may not.
    clientBasedCORS: (_ctx, origin) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}`, policy: loginPolicy() },
    loadExistingGrant: newGrant,
    findAccount: (_ctx, sub, token) =>
      behaviour().disabledUsers.includes(sub)
        ? undefined
        : { accountId: sub, claims: () => ({ ...idTokenClaims(shape, sub, token ?? {}), sub }) },
    extraTokenClaims: (ctx, token) => claimsOf(shape, ctx, token),
    formats: {
      customizers: {
        jwt: (_ctx, _token, jwt) => {
          jwt.payload = shifted(jwt.payload, behaviour().clockOffsetSeconds);
          setAudience(shape, jwt);
        },
      },
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true, logoutSource: () => undefined }, // see `logOut`
      backchannelLogout: { enabled: true },
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

/**
 * The clients, found like those that registered themselves. oidc-provider would clone a list of `clients`, and refuse the clones' keys
 * in a test, whose realm is another than theirs.
 */
function withClients(adapter: Adapter, clients: readonly ClientMetadata[]): Adapter {
  return { ...adapter, find: async (id) => clients.find((client) => client.client_id === id) };
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

async function claimsOf(
  shape: ProviderShape,
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Promise<UnknownObject> {
  if (token.kind === 'ClientCredentials') return serviceClaims(shape, token.clientId, epochSeconds(systemNowMs()));
  const { AuthorizationCode, RefreshToken } = ctx.oidc.entities;
  const signedIn = AuthorizationCode ?? RefreshToken;
  const authTime = (await newAuthTime(shape, ctx)) ?? signedIn?.authTime;
  return accessTokenClaims(shape, { ...token, authTime, acr: signedIn?.acr });
}

/**
 * When the person last signed in within the session of a refresh token: at Keycloak, tokens that are refreshed from before say so.
 */
export async function newAuthTime(shape: ProviderShape, { oidc }: KoaContextWithOIDC): Promise<number | undefined> {
  const uid = oidc.entities.RefreshToken?.sessionUid;
  if (shape !== 'keycloak' || uid === undefined) return undefined;
  return (await oidc.provider.Session.findByUid(uid))?.loginTs;
}

/**
 * Cognito's access tokens have no `aud`, but oidc-provider refuses to sign a JWT without a truthy one. This one is truthy and
 * JSON leaves it out.
 */
function setAudience(shape: ProviderShape, { payload }: JWTStructured): void {
  payload.aud = shape === 'keycloak' ? KEYCLOAK_AUDIENCE : { toJSON: () => undefined };
}
