import { createBrowser } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { bearer, get, request } from '../e2e/dev.ts';
import {
  admin,
  api,
  endSession,
  headerOf,
  newPerson,
  openSession,
  ownEvents,
  refreshed,
  tokensOf,
} from './keycloak.ts';

describe('two realms, which are two issuers', () => {
  it('cannot name each other’s people, their administrators neither', async () => {
    const [ours, theirs] = [await newPerson('cloakroom'), await newPerson('partners')];
    const [our, their] = [await tokensOf(ours), await tokensOf(theirs)];
    const [ourSession, theirSession] = [await openSession(our), await openSession(their)];
    const administrator = await tokensOf({ realm: 'cloakroom', name: 'admin', id: '', browser: createBrowser() });
    await openSession(administrator);

    const attempts = [
      { tokens: our, other: theirSession, otherId: theirs.id },
      { tokens: their, other: ourSession, otherId: ours.id },
      { tokens: administrator, other: theirSession, otherId: theirs.id },
    ];
    for (const { tokens, other } of attempts) {
      const { accessToken } = tokens;
      for (const path of [
        `/users/${other.userKey}/sessions`,
        `/users/${other.userKey}/events`,
        `/sessions/user/${other.userKey}`,
      ]) {
        expect((await get(api + path, accessToken)).status).toBe(403);
      }
      expect((await get(`${api}/sessions/${other.sessionId}`, accessToken)).status).toBe(404);
      expect((await endSession(other.sessionId, tokens)).status).toBe(404);
      const erased = await request(`${api}/users/${other.userKey}`, { method: 'DELETE', headers: bearer(accessToken) });
      expect(erased.status).toBe(403);
    }
    expect([await ownEvents(our), await ownEvents(their)]).toEqual([200, 200]);
  });

  it('an administrator who names the `sub` of the other realm’s person means one of their own, whom nobody knows', async () => {
    const theirs = await newPerson('partners');
    await openSession(await tokensOf(theirs));
    const { accessToken } = await tokensOf({ realm: 'cloakroom', name: 'admin', id: '', browser: createBrowser() });
    await openSession({ accessToken, idToken: '', refreshToken: '' });
    const { status, body } = await get(`${api}/sessions/user/${theirs.id}`, accessToken);
    expect({ status, sessions: body.data.sessions }).toEqual({ status: 200, sessions: [] });
  });
});

describe("a realm's keys", () => {
  it('are rotated: tokens under the new one are let in at once, and those under the old one still are', async () => {
    const person = await newPerson('partners');
    const before = await tokensOf(person);
    const { sessionId } = await openSession(before);
    expect(await ownEvents(before)).toBe(200);

    const { id } = (await admin.call('GET', '/partners')) as { id: string };
    await admin.call('POST', '/partners/components', {
      name: 'newer',
      parentId: id,
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config: { priority: ['200'], enabled: ['true'], active: ['true'], keySize: ['2048'], algorithm: ['RS256'] },
    });

    const after = await refreshed(person, before);
    expect(headerOf(after.accessToken).kid).not.toBe(headerOf(before.accessToken).kid);
    expect(await ownEvents(after)).toBe(200);
    expect(await openSession(after)).toMatchObject({ sessionId });
    expect(await ownEvents(before)).toBe(200);
  });
});
