import type { Tokens } from '@cloakroom/local/token';
import { expect } from '@jest/globals';
import { post } from '../e2e/dev.ts';
import { api, ownEvents } from './keycloak.ts';

/** A sign-in whose tokens outlive the session at Keycloak. */
export const offline = { parameters: { scope: 'openid offline_access' } };

/** No session is to be had by this token; the answer says that the person must leave the provider's session first. */
export async function expectSignOutFirst({ accessToken }: Tokens): Promise<void> {
  for (const route of ['/users/me/sessions', '/auth/bootstrap-session']) {
    expect(await post(api + route, accessToken)).toMatchObject({
      status: 403,
      body: { error: { code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' } },
    });
  }
  expect(await ownEvents({ accessToken } as Tokens)).toBe(403);
}
