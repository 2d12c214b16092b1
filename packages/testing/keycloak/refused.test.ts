import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keycloakClient } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { eventually, get, post } from '../e2e/dev.ts';
import {
  admin,
  api,
  authorizerLog,
  claimsOf,
  headerOf,
  keycloak,
  newPerson,
  openSession,
  ownEvents,
  type Person,
  refreshed,
  rememberToken,
  signOut,
  tokensOf,
  whileClientHas,
} from './keycloak.ts';

/** Of the access tokens of those who are gone; and 5 s more, by which clocks may differ. */
const LIFESPAN_SECONDS = 8;

// Some of these change a client of `partners`, and put it back: they are in one file, and so come one after another.

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
    const attributes = { 'backchannel.logout.url': receiver.url, 'backchannel.logout.session.required': 'true' };
    await whileClientHas('cloakroom-web', { attributes }, async () => {
      const person = await newPerson('partners');
      const tokens = await tokensOf(person);
      await openSession(tokens);
      await signOut(person, tokens);
      const token = await receiver.token;
      expect(headerOf(token)).toMatchObject({ typ: 'logout+jwt' });
      expect(claimsOf(token).sid).toBe(claimsOf(tokens.accessToken).sid);
      await expectUnauthorized(token);
    });
    receiver.close();
  });

  it('a token of the password grant, which tells of no sign-in; the log names the claim', async () => {
    const person = await newPerson('partners');
    const changes = { directAccessGrantsEnabled: true };
    const token = await whileClientHas('cloakroom-server', changes, () => tokenByPassword(person));
    expect(claimsOf(token)).toMatchObject({ typ: 'Bearer', aud: expect.arrayContaining(['cloakroom-api']) });
    expect(claimsOf(token).auth_time).toBeUndefined();
    await expectUnauthorized(token);
    await expectLogged({ reason: 'auth_time_missing', claim: 'auth_time', issuer: 'partners' });
  });

  it('a lightweight token, which is for nobody and of nobody; the log names the claim', async () => {
    const person = await newPerson('partners');
    const attributes = { 'client.use.lightweight.access.token.enabled': 'true' };
    const { accessToken } = await whileClientHas('cloakroom-server', { attributes }, () =>
      tokensOf(person, { client: 'server' }),
    );
    const { typ, azp, sub, aud } = claimsOf(accessToken);
    expect({ typ, azp, sub, aud }).toEqual({ typ: 'Bearer', azp: 'cloakroom-server' });
    await expectUnauthorized(accessToken);
    await expectLogged({ reason: 'audience_refused', claim: 'aud', issuer: 'partners' });
  });
});

it('whoever is disabled or deleted at Keycloak is out when the access token has expired, and gets no other', async () => {
  const attributes = { 'access.token.lifespan': String(LIFESPAN_SECONDS) };
  const [disabled, deleted] = await whileClientHas('cloakroom-server', { attributes }, async () => [
    await signedIn(),
    await signedIn(),
  ]);
  await admin.call('PUT', `/partners/users/${disabled.person.id}`, { enabled: false });
  await admin.call('DELETE', `/partners/users/${deleted.person.id}`);
  await Promise.all([expectGone(disabled), expectGone(deleted)]);
});

/** Somebody in a realm whose access tokens live shortly, signed in and with a session. */
async function signedIn() {
  const person = await newPerson('partners');
  const tokens = await tokensOf(person, { client: 'server' });
  await openSession(tokens);
  expect(await ownEvents(tokens)).toBe(200);
  return { person, tokens };
}

async function expectGone({ person, tokens }: Awaited<ReturnType<typeof signedIn>>): Promise<void> {
  await expect(refreshed(person, tokens, 'server')).rejects.toMatchObject({ code: 'invalid_grant' });
  const browser = (await newPerson('partners')).browser;
  const elsewhere: Person = { ...person, browser };
  await expect(tokensOf(elsewhere, { client: 'server' })).rejects.toThrow('the provider refused');
  await eventually(
    'the access token is refused',
    async () => ((await ownEvents(tokens)) === 401 ? true : undefined),
    20_000,
  );
}

/** The authorizer has logged a refusal with these fields. */
async function expectLogged(fields: Readonly<Record<string, string>>): Promise<void> {
  const isIt = (line: string) => Object.entries(fields).every(([name, value]) => line.includes(`"${name}":"${value}"`));
  const found = await eventually(`the log of the authorizer says ${JSON.stringify(fields)}`, async () =>
    authorizerLog().split('\n').find(isIt),
  );
  expect(found).toContain('authorizer.unauthorized');
}

async function tokenByPassword({ realm, name }: Person): Promise<string> {
  const { tokenEndpoint, id, secret = '' } = keycloakClient(keycloak, { realm, client: 'server' });
  const body = { client_id: id, client_secret: secret, username: name, password: name, scope: 'openid' };
  const grant = new URLSearchParams({ grant_type: 'password', ...body });
  const answer = (await (await fetch(tokenEndpoint, { method: 'POST', body: grant })).json()) as {
    access_token: string;
  };
  return answer.access_token;
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
