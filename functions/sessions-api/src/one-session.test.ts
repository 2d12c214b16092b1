import { publicUserKey, toBase64url } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, aService, callerOf, DAY, failure, NOW, newUser } from './api-fixture.ts';

const GET = 'GET /sessions/{sessionId}';
const PUT = 'PUT /sessions/{sessionId}';
const DELETE = 'DELETE /sessions/{sessionId}';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

describe('reading a session', () => {
  it('shows it to its owner with its data, whose version is the ETag', async () => {
    const user = newUser();
    const { caller, sessionId } = await api.signIn(user, { data: { cart: [1] } });
    const { status, data, headers } = await api.call(GET, { caller, sessionId });
    expect({ status, etag: headers.etag, data }).toEqual({
      status: 200,
      etag: '"1"',
      data: {
        sessionId,
        userId: user.sub,
        userKey: publicUserKey(user),
        isActive: true,
        current: true,
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0',
        device: 'Firefox on Linux',
        ipAddress: '192.0.2.1',
        loginTime: '2026-05-28T20:26:40.000Z',
        createdAt: '2026-05-28T20:26:40.000Z',
        lastActivity: '2026-05-28T20:26:40.000Z',
        expiresAt: '2026-06-07T20:31:40.000Z',
        absoluteExpiresAt: '2026-06-27T20:26:40.000Z',
        version: 1,
        data: { cart: [1] },
      },
    });
  });

  it('marks another session of the same user as not the current one', async () => {
    const user = newUser();
    const { caller } = await api.signIn(user);
    const { sessionId } = await api.signIn(user);
    expect(await api.call(GET, { caller, sessionId })).toMatchObject({
      status: 200,
      headers: { etag: '"0"' },
      data: { current: false, version: 0, data: {} },
    });
  });

  it('shows it to an administrator, with the name to call its user by', async () => {
    const [local, guest] = [newUser('main'), newUser('guests')];
    const sessionIds = [(await api.signIn(local)).sessionId, (await api.signIn(guest)).sessionId];
    const answers = sessionIds.map((sessionId) => api.call(GET, { caller: anAdmin(), sessionId }));
    expect((await Promise.all(answers)).map(({ data }) => [data.userId, data.userKey])).toEqual([
      [local.sub, publicUserKey(local)],
      [`guests:${guest.sub}`, publicUserKey(guest)],
    ]);
  });

  it('tells of an ended one why it has ended', async () => {
    const user = newUser();
    const { caller } = await api.signIn(user);
    const revoked = await api.signIn(user);
    await api.call(DELETE, { caller, sessionId: revoked.sessionId });
    expect(await api.call(GET, { caller, sessionId: revoked.sessionId })).toMatchObject({
      status: 410,
      error: { code: 'SESSION_ENDED', endedReason: 'revoked' },
    });
    const admin = await api.call(GET, { caller: anAdmin(), sessionId: revoked.sessionId });
    expect(admin).toMatchObject(failure(410, 'SESSION_ENDED'));
  });

  it('takes an expired one for ended, although it is still in the table', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    api.state.nowSeconds = NOW + 11 * DAY;
    try {
      const answer = await api.call(GET, { caller, sessionId });
      expect(answer).toMatchObject({ status: 410, error: { code: 'SESSION_ENDED', endedReason: 'expired' } });
    } finally {
      api.state.nowSeconds = NOW;
    }
  });

  it('takes no parameters', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    expect(await api.call(GET, { caller, sessionId, query: { full: '1' } })).toMatchObject(
      failure(400, 'INVALID_QUERY'),
    );
  });
});

describe('a session that is not the caller’s', () => {
  const body = { data: { stolen: true } };

  it('is no different from one that never was, to anybody without a role over it', async () => {
    const victim = newUser();
    const { sessionId } = await api.signIn(victim, { data: { a: 1 } });
    const unknown = publicSessionId(victim, 'A'.repeat(22));
    const thief = callerOf(newUser(), { groups: ['adminss', 'ADMINS', 'main'] });
    const namesake = callerOf({ issuer: 'guests', sub: victim.sub }, { groups: ['admins'] });
    for (const caller of [thief, namesake, anAdmin('other')]) {
      for (const route of [GET, PUT, DELETE]) {
        const there = await api.call(route, { caller, sessionId, body, ifMatch: '"1"' });
        const notThere = await api.call(route, { caller, sessionId: unknown, body, ifMatch: '"1"' });
        expect(there).toMatchObject(failure(404, 'NOT_FOUND'));
        expect(there.text).toBe(notThere.text);
      }
    }
    const own = await api.call(GET, { caller: callerOf(victim), sessionId });
    expect(own).toMatchObject({ status: 200, data: { data: { a: 1 } } });
  });

  it('is answered for before anything is said about the request', async () => {
    const { sessionId } = await api.signIn(newUser());
    const caller = callerOf(newUser());
    expect(await api.call(PUT, { caller, sessionId, body })).toMatchObject(failure(404, 'NOT_FOUND'));
    expect(await api.call(PUT, { caller, sessionId, body, ifMatch: '*' })).toMatchObject(failure(404, 'NOT_FOUND'));
    expect(await api.call(PUT, { caller, sessionId, body: { lifetime: { idleSeconds: 60 } } })).toMatchObject(
      failure(404, 'NOT_FOUND'),
    );
    expect(await api.call(GET, { caller, sessionId, query: { x: '1' } })).toMatchObject(failure(404, 'NOT_FOUND'));
  });

  it.each([
    ['empty', ''],
    ['a word', 'x'],
    ['of too few parts', '.'],
    ['of too many parts', 'a.b.c'],
    ['a path', '../users'],
    ['long', `${'A'.repeat(5000)}.x`],
    ['spelled in another way', `${toBase64url('U#main#a')}.${'A'.repeat(21)}B`],
  ])('is one under an id that is %s', async (_, sessionId) => {
    for (const caller of [callerOf({ issuer: 'main', sub: 'a' }), anAdmin()]) {
      expect(await api.call(GET, { caller, sessionId })).toMatchObject(failure(404, 'NOT_FOUND'));
    }
  });

  it('is one of one’s own that never was', async () => {
    const user = newUser();
    const sessionId = publicSessionId(user, 'A'.repeat(22));
    for (const route of [GET, DELETE, PUT]) {
      const answer = await api.call(route, { caller: callerOf(user), sessionId, body, ifMatch: '"0"' });
      expect(answer).toMatchObject(failure(404, 'NOT_FOUND'));
    }
  });

  it('is closed to services for other things, to bootstraps and to nobody at all', async () => {
    const user = newUser();
    const { sessionId } = await api.signIn(user);
    for (const route of [GET, PUT, DELETE]) {
      expect(await api.call(route, { sessionId, body })).toMatchObject(failure(401, 'UNAUTHORIZED'));
      expect(await api.call(route, { caller: aService('main', 'privacy'), sessionId, body })).toMatchObject(
        failure(403, 'FORBIDDEN'),
      );
      const bootstrap = callerOf(user, { bootstrap: true });
      expect(await api.call(route, { caller: bootstrap, sessionId, body })).toMatchObject(failure(403, 'FORBIDDEN'));
    }
  });
});

describe('revoking a session', () => {
  it('is in force when it is answered, and can be done twice', async () => {
    const user = newUser();
    const { caller, sessionId, id } = await api.signIn(user);
    const whose = { userId: user.sub, userKey: publicUserKey(user) };
    expect(await api.call(DELETE, { caller, sessionId })).toMatchObject({
      status: 200,
      data: { revoked: 1, ...whose },
    });
    expect(await api.store.get(user, id)).toBeUndefined();
    expect(await api.store.getEnded(user, id)).toMatchObject({ reason: 'revoked' });
    expect(await api.call(DELETE, { caller, sessionId })).toMatchObject({ status: 200, data: { revoked: 0 } });
  });

  it('is not answered before the store has done it', async () => {
    let finish: (outcome: 'ended') => void = () => undefined;
    const revoke = () => new Promise<'ended'>((resolve) => (finish = resolve));
    const slow = await apiFixture({ revoke });
    const { caller, sessionId } = await slow.signIn(newUser());
    let isAnswered = false;
    const answer = slow.call(DELETE, { caller, sessionId }).then((result) => {
      isAnswered = true;
      return result;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    finish('ended');
    expect((await answer).status).toBe(200);
  });

  it('is no success when the store fails', async () => {
    const failing = await apiFixture({ revoke: () => Promise.reject(new Error('the table is gone')) });
    const { caller, sessionId } = await failing.signIn(newUser());
    expect(await failing.call(DELETE, { caller, sessionId })).toMatchObject(failure(500, 'INTERNAL'));
    expect(failing.telemetry.counts).toEqual([]);
  });

  it('is counted, and logged with who did it, without names', async () => {
    const fresh = await apiFixture();
    const user = newUser('guests');
    const [own, other] = [await fresh.signIn(user), await fresh.signIn(user)];
    const admin = anAdmin();
    await fresh.call(DELETE, { caller: own.caller, sessionId: own.sessionId });
    await fresh.call(DELETE, { caller: admin, sessionId: other.sessionId });
    await fresh.call(DELETE, { caller: admin, sessionId: other.sessionId });
    const lines = fresh.telemetry.lines.filter(({ code }) => code.startsWith('session.'));
    expect(lines.map(({ code, fields }) => [code, fields.by, fields.session, fields.issuer])).toEqual([
      ['session.revoked', 'self', own.id.slice(0, 8), 'guests'],
      ['session.revoked', 'admin', other.id.slice(0, 8), 'guests'],
      ['session.already_ended', 'admin', other.id.slice(0, 8), 'guests'],
    ]);
    expect(lines[0]?.fields.actor).toBe(lines[0]?.fields.user);
    expect(lines[1]?.fields.actor).not.toBe(lines[1]?.fields.user);
    expect(fresh.telemetry.counts).toEqual(Array(2).fill({ metric: 'SessionsRevoked', dimensions: {} }));
    for (const secret of [user.sub, admin.userId, own.id, other.id]) {
      expect(JSON.stringify(fresh.telemetry.lines)).not.toContain(secret);
    }
  });
});
