import type { ProviderShape } from './provider-shape.ts';

/** Who is in which group; everyone else is in none. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { admin: ['admins'] };

/** Claims of the person that may stand in an ID token. */
export const ACCOUNT_CLAIMS: Readonly<Record<ProviderShape, readonly string[]>> = {
  local: ['token_use', 'origin_jti', 'cognito:username', 'cognito:groups'],
  cognito: ['token_use', 'origin_jti', 'cognito:username', 'cognito:groups'],
  keycloak: ['typ', 'azp', 'preferred_username'],
};

/** The sign-in and the client, as far as a token knows them. */
interface TokenSource {
  readonly grantId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly sessionUid?: string | undefined;
}

/** What an ID token says about somebody, besides what the standard demands. */
export function idTokenClaims(
  shape: ProviderShape,
  sub: string,
  { grantId, clientId }: TokenSource,
): Record<string, unknown> {
  if (shape === 'keycloak') return { sub, typ: 'ID', azp: clientId, preferred_username: sub };
  return {
    sub,
    token_use: 'id',
    'cognito:username': sub,
    ...groupsOf(sub),
    ...(grantId === undefined ? {} : { origin_jti: grantId }),
  };
}

interface AccessTokenSource extends TokenSource {
  readonly accountId: string;
  /** When the person signed in, epoch seconds. */
  readonly authTime: number | undefined;
  readonly acr: string | undefined;
}

/** What an access token says about a person. */
export function accessTokenClaims(shape: ProviderShape, source: AccessTokenSource): Record<string, unknown> {
  const { accountId, grantId, clientId, sessionUid, authTime, acr } = source;
  if (shape === 'keycloak') {
    const roles = (groupsOf(accountId)['cognito:groups'] ?? []).map(() => 'cloakroom-admin');
    const names = { typ: 'Bearer', azp: clientId, sid: sessionUid, preferred_username: accountId };
    return { ...names, auth_time: authTime, acr: acr ?? '1', realm_access: { roles } };
  }
  return { token_use: 'access', username: accountId, ...groupsOf(accountId), origin_jti: grantId, auth_time: authTime };
}

/** Of a service's token: as from Cognito, it has an `auth_time`, and neither `origin_jti` nor `username`. Its `sub` is the client. */
export function serviceClaims(
  shape: ProviderShape,
  clientId: string | undefined,
  nowSeconds: number,
): Record<string, unknown> {
  return shape === 'keycloak' ? { typ: 'Bearer', azp: clientId } : { token_use: 'access', auth_time: nowSeconds };
}

function groupsOf(user: string): { readonly 'cognito:groups'?: readonly string[] } {
  const names = Object.hasOwn(GROUPS, user) ? GROUPS[user] : undefined;
  return names === undefined ? {} : { 'cognito:groups': names };
}
