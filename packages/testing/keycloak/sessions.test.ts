import { createBrowser, keycloakClient, serviceToken } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { get, post } from '../e2e/dev.ts';
import {
  api,
  claimsOf,
  endSession,
  headerOf,
  keycloak,
  newPerson,
  openSession,
  ownEvents,
  refreshed,
  rememberToken,
  tokensOf,
} from './keycloak.ts';

const sessionIdsOf = (body: { data: { sessions: { sessionId: string }[] } }) =>
  body.data.sessions.map(({ sessionId }) => sessionId);

describe('a person of a Keycloak', () => {
  it('is let in by a session, which is listed, and is out at the next request after its end', async () => {
    const tokens = await tokensOf(await newPerson());
    expect(await ownEvents(tokens)).toBe(403);
    const { sessionId } = await openSession(tokens);
    expect(await ownEvents(tokens)).toBe(200);
    const listed = await get(`${api}/users/me/sessions`, tokens.accessToken);
    expect(listed.body.data.sessions).toMatchObject([{ sessionId, current: true, isActive: true }]);
    expect((await endSession(sessionId, tokens)).status).toBe(200);
    expect(await ownEvents(tokens)).toBe(403);
  });

  it('keeps the session when the tokens are refreshed', async () => {
    const person = await newPerson();
    const tokens = await tokensOf(person);
    const { sessionId } = await openSession(tokens);
    const later = await refreshed(person, tokens);
    expect(later.accessToken).not.toBe(tokens.accessToken);
    expect(await ownEvents(later)).toBe(200);
    expect(await openSession(later)).toMatchObject({ sessionId });
  });

  it('has a session of its own at each client of one sign-in', async () => {
    const person = await newPerson();
    const web = await tokensOf(person);
    const silent = await tokensOf(person, { client: 'server', parameters: { prompt: 'none' } });
    expect(person.browser.posted).toBe(1);
    expect(claimsOf(silent.accessToken).sid).toBe(claimsOf(web.accessToken).sid);
    const first = await openSession(web);
    expect(await ownEvents(silent)).toBe(403);
    const second = await openSession(silent);
    expect(second.sessionId).not.toBe(first.sessionId);
    const { body } = await get(`${api}/users/me/sessions`, web.accessToken);
    expect(new Set(sessionIdsOf(body))).toEqual(new Set([first.sessionId, second.sessionId]));
    await endSession(second.sessionId, silent);
    expect([await ownEvents(web), await ownEvents(silent)]).toEqual([200, 403]);
  });

  it('is let in by a client whose tokens are signed with ES256', async () => {
    const tokens = await tokensOf(await newPerson(), { client: 'server' });
    expect(headerOf(tokens.accessToken)).toMatchObject({ alg: 'ES256' });
    await openSession(tokens);
    expect(await ownEvents(tokens)).toBe(200);
  });

  it("sees and ends nobody else's session", async () => {
    const [owner, stranger] = [await tokensOf(await newPerson()), await tokensOf(await newPerson())];
    const { sessionId, userKey } = await openSession(owner);
    await openSession(stranger);
    expect((await get(`${api}/sessions/${sessionId}`, stranger.accessToken)).status).toBe(404);
    expect((await endSession(sessionId, stranger)).status).toBe(404);
    for (const path of [`/sessions/user/${userKey}`, `/users/${userKey}/events`, '/sessions']) {
      expect((await get(api + path, stranger.accessToken)).status).toBe(403);
    }
    expect(await ownEvents(owner)).toBe(200);
  });
});

describe("a realm's administrator, by a role in realm_access.roles", () => {
  it('lists and ends the sessions of everybody in the realm', async () => {
    const tokens = await tokensOf({ realm: 'cloakroom', name: 'admin', id: '', browser: createBrowser() });
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      realm_access: { roles: expect.arrayContaining(['cloakroom-admin']) },
    });
    await openSession(tokens);
    const person = await newPerson();
    const theirs = await tokensOf(person);
    const { sessionId } = await openSession(theirs);
    const listed = await get(`${api}/sessions/user/${person.id}`, tokens.accessToken);
    expect(sessionIdsOf(listed.body)).toEqual([sessionId]);
    expect((await endSession(sessionId, tokens)).status).toBe(200);
    expect(await ownEvents(theirs)).toBe(403);
  });
});

describe('a service of a Keycloak', () => {
  it('makes records without a session, and is let in nowhere else', async () => {
    const token = rememberToken(await serviceToken(keycloakClient(keycloak, { client: 'service' })));
    const { id } = await newPerson();
    expect(await post(`${api}/sessions`, token, { userId: id, data: { cart: 1 } })).toMatchObject({
      status: 201,
      body: { data: { userId: id, data: { cart: 1 } } },
    });
    expect((await get(`${api}/sessions/user/${id}`, token)).body.data.sessions).toHaveLength(1);
    expect((await get(`${api}/users/me/sessions`, token)).status).toBe(403);
    expect((await post(`${api}/auth/bootstrap-session`, token)).status).toBe(403);
  });
});
