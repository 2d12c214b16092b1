import { randomBytes, randomUUID } from 'node:crypto';
import type { Login, User } from '@cloakroom/core';

/** Somebody of whom nothing is kept yet. */
export const newUser = (issuer = 'pool'): User => ({ issuer, sub: randomUUID() });

/** A new sign-in, of a new user unless told otherwise. */
export function aSignIn(fields: Partial<Login> & Pick<Login, 'authTime'>): Login {
  return {
    user: newUser(),
    loginId: randomBytes(16).toString('base64url'),
    claim: 'origin_jti',
    clientId: 'web',
    scope: '',
    groups: [],
    ...fields,
  };
}

/** The claims of an access token of Cognito, for the sign-in `o-1` of `ada` 10 s before `nowSeconds`, with an hour to live. */
export function accessClaims(nowSeconds: number, claims: { readonly iss: string; readonly [claim: string]: unknown }) {
  return {
    sub: 'ada',
    client_id: 'web',
    token_use: 'access',
    origin_jti: 'o-1',
    auth_time: nowSeconds - 10,
    iat: nowSeconds - 10,
    exp: nowSeconds + 3600,
    ...claims,
  };
}
