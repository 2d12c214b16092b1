import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { get, post } from '../e2e/dev.ts';
import {
  api,
  changeClient,
  claimsOf,
  headerOf,
  keycloak,
  newPerson,
  openSession,
  rememberToken,
  signOut,
  tokensOf,
} from './keycloak.ts';

async function expectUnauthorized(token: string): Promise<void> {
  rememberToken(token);
  expect((await get(`${api}/users/me/events`, token)).status).toBe(401);
  for (const route of ['/users/me/sessions', '/auth/bootstrap-session']) {
    expect((await post(api + route, token)).status).toBe(401);
  }
}

describe('what Keycloak signs, and is no access token for this API, is answered with 401', () => {
  it('an ID token, and a refresh token', async () => {
    const { accessToken, idToken, refreshToken } = await tokensOf(await newPerson());
    expect(claimsOf(idToken)).toMatchObject({ typ: 'ID' });
    expect(claimsOf(refreshToken)).toMatchObject({ typ: 'Refresh' });
    for (const token of [idToken, refreshToken]) await expectUnauthorized(token);
    expect((await post(`${api}/users/me/sessions`, accessToken)).status).toBe(200);
  });

  it('a logout token', async () => {
    const receiver = await logoutReceiver();
    const { restore } = await changeClient('partners', 'cloakroom-web', {
      attributes: { 'backchannel.logout.url': receiver.url, 'backchannel.logout.session.required': 'true' },
    });
    try {
      const person = await newPerson('partners');
      const tokens = await tokensOf(person);
      await openSession(tokens);
      await signOut(person, tokens);
      const token = await receiver.token;
      expect(headerOf(token)).toMatchObject({ typ: 'logout+jwt' });
      expect(claimsOf(token).sid).toBe(claimsOf(tokens.accessToken).sid);
      await expectUnauthorized(token);
    } finally {
      await restore();
      receiver.close();
    }
  });

  it('a token of the password grant, which tells of no sign-in', async () => {
    const { restore } = await changeClient('partners', 'cloakroom-server', { directAccessGrantsEnabled: true });
    try {
      const { name } = await newPerson('partners');
      const { access_token: token } = await askForToken({ username: name, password: name, scope: 'openid' });
      expect(claimsOf(token)).toMatchObject({ typ: 'Bearer', aud: expect.arrayContaining(['cloakroom-api']) });
      expect(claimsOf(token).auth_time).toBeUndefined();
      await expectUnauthorized(token);
    } finally {
      await restore();
    }
  });
});

async function askForToken(fields: Record<string, string>): Promise<{ access_token: string }> {
  const client = { client_id: 'cloakroom-server', client_secret: 'local-only' };
  const body = new URLSearchParams({ grant_type: 'password', ...client, ...fields });
  const url = `${keycloak}/realms/partners/protocol/openid-connect/token`;
  return (await (await fetch(url, { method: 'POST', body })).json()) as { access_token: string };
}

/** Listens for the one logout token that Keycloak sends (Back-Channel Logout §2.5). */
async function logoutReceiver() {
  const received = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end();
    received.resolve(new URLSearchParams(body).get('logout_token') ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    token: received.promise,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
