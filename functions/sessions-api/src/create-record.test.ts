import { publicUserKey } from '@cloakroom/core';
import { parsePublicSessionId } from '@cloakroom/sessions';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, aService, callerOf, failure, newUser } from './api-fixture.ts';

const CREATE = 'POST /sessions';
const GET = 'GET /sessions/{sessionId}';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

describe('a session made for a user', () => {
  it('is shown to who made it, knows nothing of a client, and lets nobody in', async () => {
    const user = newUser();
    const body = { userId: user.sub, data: { order: 7 } };
    const { status, data, headers } = await api.call(CREATE, { caller: aService(), body });
    expect({ status, etag: headers.etag, data }).toEqual({
      status: 201,
      etag: '"1"',
      data: {
        sessionId: expect.any(String),
        userId: user.sub,
        userKey: publicUserKey(user),
        isActive: true,
        current: false,
        userAgent: null,
        device: null,
        ipAddress: null,
        loginTime: '2026-05-28T20:26:40.000Z',
        createdAt: '2026-05-28T20:26:40.000Z',
        lastActivity: '2026-05-28T20:26:40.000Z',
        expiresAt: '2026-06-27T20:26:40.000Z',
        absoluteExpiresAt: '2026-06-27T20:26:40.000Z',
        version: 1,
        data: { order: 7 },
      },
    });
    const address = parsePublicSessionId(data.sessionId);
    expect(address?.user).toEqual(user);
    expect(await api.store.get(user, address?.id ?? '')).toMatchObject({ kind: 'record', clientId: 'billing' });
  });

  it('is a new one each time, listed, read, changed and revoked by its user', async () => {
    const user = newUser();
    const caller = callerOf(user);
    const body = { userId: user.sub };
    const made = [
      await api.call(CREATE, { caller: aService(), body }),
      await api.call(CREATE, { caller: anAdmin(), body }),
    ];
    const ids = made.map(({ data }) => data.sessionId);
    const { data } = await api.call('GET /users/{userId}/sessions', { caller, userId: user.sub });
    expect(new Set(data.sessions.map(({ sessionId }: { sessionId: string }) => sessionId))).toEqual(new Set(ids));
    const [sessionId] = ids;
    expect(await api.call(GET, { caller, sessionId })).toMatchObject({ status: 200, data: { version: 0, data: {} } });
    const change = { caller, sessionId, body: { data: { a: 1 } }, ifMatch: '"0"' };
    expect(await api.call('PUT /sessions/{sessionId}', change)).toMatchObject({ status: 200 });
    expect(await api.call('DELETE /sessions/{sessionId}', { caller, sessionId })).toMatchObject({ status: 200 });
    expect(await api.call(GET, { caller, sessionId })).toMatchObject(failure(410, 'SESSION_ENDED'));
  });

  it.each([
    ['an administrator, of their own issuer', anAdmin(), 'ann', 'main'],
    ['an administrator, of another they administer', anAdmin(), 'guests:ann', 'guests'],
    ['a service, of its own issuer', aService(), 'ann', 'main'],
    ['a service, of its own issuer by its alias', aService(), 'main:ann', 'main'],
    ['a service of an issuer without administrators', aService('guests'), 'ann', 'guests'],
    ['a service, by key', aService(), publicUserKey({ issuer: 'main', sub: 'ann' }), 'main'],
    ['an administrator, by key', anAdmin(), publicUserKey({ issuer: 'guests', sub: 'ann' }), 'guests'],
  ])('can be made by %s', async (_, caller, userId, issuer) => {
    const { status, data } = await api.call(CREATE, { caller, body: { userId } });
    expect({ status, user: parsePublicSessionId(data.sessionId)?.user }).toEqual({
      status: 201,
      user: { issuer, sub: 'ann' },
    });
  });

  it.each([
    ['an administrator, for an issuer they do not administer', anAdmin(), 'other:ann'],
    ['a service, for another issuer', aService(), 'guests:ann'],
    ['a service, for another issuer by key', aService(), publicUserKey({ issuer: 'guests', sub: 'ann' })],
    ['a person, for somebody else', callerOf(newUser()), 'ann'],
    ['a person, for themselves', callerOf({ issuer: 'main', sub: 'ann' }), 'ann'],
    ['a token without a session', { ...anAdmin(), bootstrap: true }, 'ann'],
  ])('cannot be made by %s', async (_, caller, userId) => {
    expect(await api.call(CREATE, { caller, body: { userId } })).toMatchObject(failure(403, 'FORBIDDEN'));
  });

  it('can be made for a user of any name', async () => {
    for (const sub of ['al%69ce', 'a/b?c#d', '..']) {
      const { status, data } = await api.call(CREATE, { caller: aService(), body: { userId: sub } });
      const user = { issuer: 'main', sub };
      expect({ status, userKey: data.userKey }).toEqual({ status: 201, userKey: publicUserKey(user) });
    }
    const longest = { issuer: 'main', sub: 's'.repeat(255) };
    const answer = await api.call(CREATE, { caller: aService(), body: { userId: publicUserKey(longest) } });
    expect(answer).toMatchObject({ status: 201, data: { userId: longest.sub } });
  });

  it('cannot be made by nobody, who is told nothing about the body', async () => {
    expect(await api.call(CREATE, { body: '{' })).toMatchObject(failure(401, 'UNAUTHORIZED'));
  });

  it.each<[unknown, string]>([
    [undefined, 'body'],
    [[], 'userId'],
    [{}, 'userId'],
    [{ userId: '' }, 'userId'],
    [{ userId: 'a'.repeat(401) }, 'userId'],
    [{ userId: 'guests:' }, 'userId'],
    [{ userId: 'me' }, 'userId'],
    [{ userId: '~ann' }, 'userId'],
    [{ userId: 7 }, 'userId'],
    [{ userId: 'ann', data: [] }, 'data'],
    [{ userId: 'ann', kind: 'bearer' }, 'kind'],
  ])('is refused with the name of what is wrong in %j', async (body, field) => {
    const answer = await api.call(CREATE, { caller: aService(), body });
    expect(answer).toMatchObject(failure(400, 'VALIDATION_FAILED', field));
  });

  it('carries up to 8 KiB', async () => {
    const body = { userId: 'ann', data: { text: 'x'.repeat(8192) } };
    const answer = await api.call(CREATE, { caller: aService(), body });
    expect(answer).toMatchObject(failure(413, 'DATA_TOO_LARGE', 'data'));
  });

  it('is logged with who made it, and counted', async () => {
    const fresh = await apiFixture();
    const user = newUser();
    await fresh.call(CREATE, { caller: aService(), body: { userId: user.sub } });
    await fresh.call(CREATE, { caller: anAdmin(), body: { userId: user.sub } });
    const lines = fresh.telemetry.lines.filter(({ code }) => code === 'session.created');
    expect(lines.map(({ fields }) => [fields.by, fields.kind])).toEqual([
      ['service', 'record'],
      ['admin', 'record'],
    ]);
    expect(lines[0]?.fields.actor).toBe('billing');
    expect(fresh.telemetry.counts.map(({ metric }) => metric)).toEqual(['SessionsCreated', 'SessionsCreated']);
    expect(JSON.stringify(fresh.telemetry.lines)).not.toContain(user.sub);
  });
});
