import { ROUTES_OF_RIGHT } from '@cloakroom/auth';
import { publicUserKey, type ServiceRight, type User } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, apiFixture, aService, callerOf, failure, newUser } from './api-fixture.ts';
import { sessionsApi } from './sessions-api.ts';

const CREATE = 'POST /sessions';
const GET = 'GET /sessions/{sessionId}';
const PUT = 'PUT /sessions/{sessionId}';
const DELETE = 'DELETE /sessions/{sessionId}';
const OF_USER = 'GET /sessions/user/{userId}';
const ALL = 'GET /sessions';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

const billing = aService();
const support = aService('main', 'support');
const unknown = failure(404, 'NOT_FOUND');
const idsOf = ({ data }: { data: { sessions: { sessionId: string }[] } }) =>
  data.sessions.map(({ sessionId }) => sessionId);

async function aRecordOf(user: User): Promise<string> {
  const { status, data } = await api.call(CREATE, { caller: billing, body: { userId: user.sub, data: { n: 1 } } });
  expect(status).toBe(201);
  return data.sessionId;
}

async function everyIdOf(caller: typeof billing): Promise<string[]> {
  const ids: string[] = [];
  let query: Record<string, string> = { limit: '100' };
  for (;;) {
    const answer = await api.call(ALL, { caller, query });
    ids.push(...idsOf(answer));
    if (answer.data.nextCursor === undefined) return ids;
    query = { limit: '100', cursor: answer.data.nextCursor };
  }
}

describe('a service for records', () => {
  it('makes, reads, changes, lists and ends them', async () => {
    const user = newUser();
    const sessionId = await aRecordOf(user);
    const named = { caller: billing, sessionId };
    expect(await api.call(GET, named)).toMatchObject({ status: 200, data: { sessionId, data: { n: 1 } } });
    const changed = await api.call(PUT, { ...named, body: { data: { n: 2 }, lifetime: { idleSeconds: 600 } } });
    expect(changed).toMatchObject({ status: 200, data: { data: { n: 2 }, idleSeconds: 600, version: 2 } });
    expect(idsOf(await api.call(OF_USER, { caller: billing, userId: publicUserKey(user) }))).toEqual([sessionId]);
    expect(await everyIdOf(billing)).toContain(sessionId);
    expect(await api.call(DELETE, named)).toMatchObject({ status: 200, data: { revoked: 1 } });
    expect(await api.call(DELETE, named)).toMatchObject({ status: 200, data: { revoked: 0 } });
    for (const route of [GET, PUT]) {
      const answer = await api.call(route, { ...named, body: { data: {} } });
      expect(answer).toMatchObject(failure(410, 'SESSION_ENDED'));
    }
  });

  it('knows no session of a person, neither an active one nor one that has ended', async () => {
    const user = newUser();
    const active = await api.signIn(user);
    const ended = await api.signIn(user);
    await api.store.revoke({ user, id: ended.id });
    const record = await aRecordOf(user);
    const neverThere = publicSessionId(user, 'x');
    for (const sessionId of [active.sessionId, ended.sessionId, neverThere]) {
      for (const route of [GET, PUT, DELETE]) {
        const body = { lifetime: { idleSeconds: 60 } };
        expect(await api.call(route, { caller: billing, sessionId, body })).toMatchObject(unknown);
      }
    }
    expect(idsOf(await api.call(OF_USER, { caller: billing, userId: user.sub }))).toEqual([record]);
    expect(await everyIdOf(billing)).not.toContain(active.sessionId);
    expect(await api.call(GET, { caller: callerOf(user), sessionId: active.sessionId })).toMatchObject({ status: 200 });
  });

  it('has nothing to do with users of other issuers', async () => {
    const guest = newUser('guests');
    const { data } = await api.call(CREATE, { caller: aService('guests'), body: { userId: guest.sub } });
    for (const route of [GET, PUT, DELETE]) {
      const call = { caller: billing, sessionId: data.sessionId, body: { data: {} } };
      expect(await api.call(route, call)).toMatchObject(unknown);
    }
    expect(await api.call(OF_USER, { caller: billing, userId: publicUserKey(guest) })).toMatchObject(
      failure(403, 'FORBIDDEN'),
    );
    expect(await everyIdOf(billing)).not.toContain(data.sessionId);
  });

  it('is in the log by its client', async () => {
    const sessionId = await aRecordOf(newUser());
    await api.call(DELETE, { caller: billing, sessionId });
    expect(api.telemetry.lines.filter(({ code }) => code === 'session.revoked').at(-1)).toMatchObject({
      fields: { by: 'service', actor: 'billing' },
    });
  });
});

it('does the same with all sessions where it may', async () => {
  const user = newUser();
  const { sessionId } = await api.signIn(user);
  const record = await aRecordOf(user);
  expect(await api.call(GET, { caller: support, sessionId })).toMatchObject({ status: 200 });
  expect(await api.call(PUT, { caller: support, sessionId, body: { data: { a: 1 } } })).toMatchObject({ status: 200 });
  expect(idsOf(await api.call(OF_USER, { caller: support, userId: user.sub })).toSorted()).toEqual(
    [sessionId, record].toSorted(),
  );
  expect(await everyIdOf(support)).toEqual(expect.arrayContaining([sessionId, record]));
  expect(await api.call(DELETE, { caller: support, sessionId })).toMatchObject({ data: { revoked: 1 } });
});

it.each<[ServiceRight, 'billing' | 'support' | 'privacy']>([
  ['records', 'billing'],
  ['sessions', 'support'],
  ['users', 'privacy'],
])('is let through with %s to the routes that the authorizer knows, and to no other', async (right, client) => {
  const routes = Object.keys(sessionsApi(api.deps));
  const open: string[] = [];
  for (const route of routes) {
    const { userId, sub } = { userId: 'ann', sub: publicSessionId(newUser(), 'x') };
    const { status } = await api.call(route, { caller: aService('main', client), userId, sessionId: sub, body: {} });
    if (status !== 403) open.push(route);
  }
  const known = ROUTES_OF_RIGHT[right].filter((route) => routes.includes(route));
  expect(open.toSorted()).toEqual(known.toSorted());
});
