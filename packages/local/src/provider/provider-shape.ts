import type { Configuration } from 'oidc-provider';

/** Whom the local provider is like: its tokens Cognito's and its endpoints the standard's, or in everything like one product. */
export const PROVIDER_SHAPES = ['local', 'cognito', 'keycloak'] as const;
export type ProviderShape = (typeof PROVIDER_SHAPES)[number];

/** What differs between the products whose shape it can take. */
export interface ShapeTraits {
  readonly routes: NonNullable<Configuration['routes']>;
  /** `iss` in the authorization answer (RFC 9207). */
  readonly tellsIssuer: boolean;
  /** Whether ID tokens, and logout tokens, carry `sid`. */
  readonly tellsSession: boolean;
  /** How long its session lives. */
  readonly sessionSeconds: number;
  /** Whether its logout ends the refresh tokens of the session, too. */
  readonly logoutEndsTokens: boolean;
  /** It asks "Do you want to log out?" without an `id_token_hint`. */
  readonly asksBeforeLogout: boolean;
  /** After so long without a refresh a refresh token is dead, and token answers say so: `refresh_expires_in`. */
  readonly refreshIdleSeconds?: number;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const KEYCLOAK = '/protocol/openid-connect';

export const SHAPES: Readonly<Record<ProviderShape, ShapeTraits>> = {
  local: {
    routes: {},
    tellsIssuer: true,
    tellsSession: false,
    sessionSeconds: 14 * DAY_SECONDS,
    logoutEndsTokens: true,
    asksBeforeLogout: false,
  },
  /** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html */
  cognito: {
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      end_session: '/logout',
      jwks: '/.well-known/jwks.json',
    },
    tellsIssuer: false,
    tellsSession: false,
    sessionSeconds: HOUR_SECONDS,
    logoutEndsTokens: false,
    asksBeforeLogout: false,
  },
  /** https://www.keycloak.org/securing-apps/oidc-layers */
  keycloak: {
    routes: {
      authorization: `${KEYCLOAK}/auth`,
      token: `${KEYCLOAK}/token`,
      revocation: `${KEYCLOAK}/revoke`,
      end_session: `${KEYCLOAK}/logout`,
      jwks: `${KEYCLOAK}/certs`,
    },
    tellsIssuer: true,
    tellsSession: true,
    sessionSeconds: 10 * HOUR_SECONDS,
    logoutEndsTokens: true,
    asksBeforeLogout: true,
    refreshIdleSeconds: HOUR_SECONDS / 2,
  },
};
