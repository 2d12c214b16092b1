import { publicUserKey } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { markByWebApp, signInAtWebApp } from '@cloakroom/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, aService, failure, NOW, newUser } from './api-fixture.ts';

const GET = 'GET /sessions/{sessionId}';
const PUT = 'PUT /sessions/{sessionId}';
const DELETE = 'DELETE /sessions/{sessionId}';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

/** Somebody with a session of a web app, and a token to look at it with. */
async function atApp(issuer = 'main') {
  const user = newUser(issuer);
  const { caller } = await api.signIn(user);
  const session = await signInAtWebApp(api.dynamodb, api.table, { user, nowSeconds: NOW });
  return { ...session, caller, sessionId: publicSessionId(user, session.id) };
}

describe('a session of a web app', () => {
  it('is shown to its owner, by itself and among the others, as what it is', async () => {
    const { caller, sessionId } = await atApp();
    const shown = { sessionId, kind: 'web', isActive: true, current: false, device: 'Firefox on Linux' };
    const { status, data, headers } = await api.call(GET, { caller, sessionId });
    expect({ status, data, etag: headers.etag }).toMatchObject({
      status: 200,
      data: { ...shown, data: {} },
      etag: '"0"',
    });
    const { data: list } = await api.call('GET /users/{userId}/sessions', { caller, userId: 'me' });
    expect(list.sessions).toContainEqual(expect.objectContaining(shown));
  });

  it.each<[string, object]>([
    ['data', { data: { a: 1 } }],
    ['a lifetime', { lifetime: { idleSeconds: 600 } }],
    ['both', { data: { a: 1 }, lifetime: { idleSeconds: 600 } }],
  ])('is given no %s by anybody: they are its app’s', async (_, body) => {
    const { sessionId, entry, item } = await atApp();
    const before = [await entry(), await item()];
    for (const caller of [anAdmin(), aService('main', 'support')]) {
      expect(await api.call(PUT, { caller, sessionId, body })).toMatchObject(failure(409, 'WEB_SESSION'));
    }
    expect([await entry(), await item()]).toEqual(before);
  });

  it('is given none by its owner either, who is told so', async () => {
    const { caller, sessionId } = await atApp();
    const answer = await api.call(PUT, { caller, sessionId, body: { data: { a: 1 } }, ifMatch: '"0"' });
    expect(answer).toMatchObject(failure(409, 'WEB_SESSION'));
  });

  it.each(['its owner', 'an administrator', 'a service that may'])(
    'is ended by %s, with what its app keeps',
    async (who) => {
      const { caller, sessionId, item } = await atApp();
      const by = { 'its owner': caller, 'an administrator': anAdmin() }[who] ?? aService('main', 'support');
      expect(await api.call(DELETE, { caller: by, sessionId })).toMatchObject({ status: 200, data: { revoked: 1 } });
      expect(Object.keys((await item()) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
      expect(await api.call(GET, { caller, sessionId })).toMatchObject(failure(410, 'SESSION_ENDED'));
      expect(await api.call(DELETE, { caller: by, sessionId })).toMatchObject({ status: 200, data: { revoked: 0 } });
    },
  );

  it('ends with all others of its user', async () => {
    const { caller, item, entry } = await atApp();
    const answer = await api.call('DELETE /users/{userId}/sessions', { caller, userId: 'me' });
    expect(answer).toMatchObject({ status: 200, data: { revoked: 2 } });
    expect([await entry(), (await item())?.keys]).toEqual([undefined, undefined]);
  });

  it('is unknown to a service that is there for records, and among all sessions of one that is for all', async () => {
    const { user, sessionId } = await atApp();
    const billing = aService();
    for (const route of [GET, PUT, DELETE]) {
      const answer = await api.call(route, { caller: billing, sessionId, body: { data: {} } });
      expect(answer).toMatchObject(failure(404, 'NOT_FOUND'));
    }
    const userId = publicUserKey(user);
    const ofUser = (caller: typeof billing) => api.call('GET /sessions/user/{userId}', { caller, userId });
    expect((await ofUser(billing)).data.sessions).toEqual([]);
    const { data } = await ofUser(aService('main', 'support'));
    expect(data.sessions).toContainEqual(expect.objectContaining({ sessionId, kind: 'web' }));
  });

  it('has ended for everybody as soon as its app says so, with the app’s reason', async () => {
    const { user, id, caller, sessionId } = await atApp();
    await markByWebApp(api.dynamodb, api.table, { user, id, reason: 'logout', atSeconds: NOW });
    const gone = await api.call(GET, { caller, sessionId });
    expect(gone).toMatchObject({ status: 410, error: { code: 'SESSION_ENDED', endedReason: 'logout' } });
    const { data } = await api.call('GET /users/{userId}/sessions', { caller, userId: 'me' });
    expect(data.sessions.map((session: { sessionId: string }) => session.sessionId)).not.toContain(sessionId);
  });
});

it('the items of web apps, whoever’s or nobody’s, keep nobody from the list of all', async () => {
  const fresh = await apiFixture();
  const user = newUser();
  const sessions = await Promise.all(
    Array.from({ length: 3 }, () => signInAtWebApp(fresh.dynamodb, fresh.table, { user, nowSeconds: NOW })),
  );
  const found: string[] = [];
  let query: Record<string, string> = { limit: '2' };
  for (;;) {
    const { status, data } = await fresh.call('GET /sessions', { caller: anAdmin(), query });
    expect(status).toBe(200);
    found.push(...data.sessions.map(({ sessionId }: { sessionId: string }) => sessionId));
    if (data.nextCursor === undefined) break;
    query = { limit: '2', cursor: data.nextCursor };
  }
  expect(found.toSorted()).toEqual(sessions.map(({ id }) => publicSessionId(user, id)).toSorted());
});
