import { publicUserKey } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, aService, callerOf, failure, NOW, newUser } from './api-fixture.ts';

const REVOKE = 'DELETE /users/{userId}/sessions';
const LIST = 'GET /users/{userId}/sessions';
const CURRENT = { except: 'current' };

let api: Api;
beforeEach(async () => {
  api = await apiFixture();
});

describe('revoking all sessions', () => {
  it('leaves none, and ends every sign-in of up to now, used or not', async () => {
    const user = newUser();
    const [first, second] = [await api.signIn(user), await api.signIn(user)];
    const bystander = await api.signIn(newUser());
    const { caller } = first;
    expect(await api.call(REVOKE, { caller, userId: user.sub })).toMatchObject({ status: 200, data: { revoked: 2 } });
    for (const { id } of [first, second]) expect(await api.store.get(user, id)).toBeUndefined();
    for (const [authTime, code] of [
      [NOW - 60, 'LOGIN_ENDED'],
      [NOW, 'LOGIN_ENDED'],
      [NOW + 5, 'SIGN_IN_TOO_EARLY'],
    ] as const) {
      await expect(api.signIn(user, { authTime })).rejects.toMatchObject({ code });
    }
    const others = await api.call('GET /sessions/{sessionId}', bystander);
    expect(others.status).toBe(200);
  });

  it('can be done twice', async () => {
    const user = newUser();
    const { caller } = await api.signIn(user);
    await api.call(REVOKE, { caller, userId: user.sub });
    expect(await api.call(REVOKE, { caller, userId: user.sub })).toMatchObject({ status: 200, data: { revoked: 0 } });
  });

  it('can leave the session that asks', async () => {
    const user = newUser();
    const [here, there] = [await api.signIn(user), await api.signIn(user)];
    const call = { caller: here.caller, userId: user.sub };
    expect(await api.call(REVOKE, { ...call, query: CURRENT })).toMatchObject({ status: 200, data: { revoked: 1 } });
    expect(await api.store.get(user, there.id)).toBeUndefined();
    const { data } = await api.call(LIST, call);
    expect(data.sessions).toMatchObject([{ sessionId: here.sessionId, current: true }]);
    const again = await api.call(REVOKE, { ...call, query: CURRENT });
    expect(again).toMatchObject({ status: 200, data: { revoked: 0 } });
  });

  it('is done by an administrator for users of the issuers they administer', async () => {
    const [local, guest] = [newUser('main'), newUser('guests')];
    for (const user of [local, guest]) await api.signIn(user);
    for (const [user, shown, ...names] of [
      [local, local.sub, local.sub, `main:${local.sub}`, publicUserKey(local)],
      [guest, `guests:${guest.sub}`, `guests:${guest.sub}`, publicUserKey(guest)],
    ] as const) {
      for (const userId of names) {
        const answer = await api.call(REVOKE, { caller: anAdmin(), userId });
        expect(answer).toMatchObject({ status: 200, data: { userId: shown, userKey: publicUserKey(user) } });
      }
    }
    expect((await api.store.getUser(local)).sessions).toEqual([]);
    expect((await api.store.getUser(guest)).sessions).toEqual([]);
  });

  it('is not done to somebody of whom nothing is kept, and nothing is written of them', async () => {
    const [nobody, guest] = [newUser(), newUser('guests')];
    for (const [user, userId] of [
      [nobody, nobody.sub],
      [nobody, publicUserKey(nobody)],
      [guest, `guests:${guest.sub}`],
    ] as const) {
      expect(await api.call(REVOKE, { caller: anAdmin(), userId })).toMatchObject(failure(404, 'NOT_FOUND'));
      expect(await api.store.isKnown(user)).toBe(false);
    }
  });

  it('is done by oneself by me, whatever one is called, and by nobody in that name', async () => {
    const user = { issuer: 'main', sub: 'al%69ce' };
    const { caller } = await api.signIn(user);
    const alice = await api.signIn({ issuer: 'main', sub: 'alice' });
    const answer = await api.call(REVOKE, { caller, userId: 'me' });
    expect(answer).toMatchObject({ status: 200, data: { revoked: 1, userId: user.sub, userKey: publicUserKey(user) } });
    expect(await api.call(REVOKE, { caller: anAdmin(), userId: user.sub })).toMatchObject(
      failure(400, 'INVALID_USER_ID'),
    );
    expect(await api.store.get({ issuer: 'main', sub: 'alice' }, alice.id)).toBeDefined();
  });

  it('keeps an administrator’s own session out of other users’ hands', async () => {
    const user = newUser();
    await api.signIn(user);
    const { caller } = await api.signIn(newUser());
    const admin = { ...caller, groups: ['admins'] };
    const answer = await api.call(REVOKE, { caller: admin, userId: user.sub, query: CURRENT });
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY', field: 'except' } });
    expect((await api.store.getUser(user)).sessions).toHaveLength(1);
  });

  it('is closed to everybody else, and nothing happens', async () => {
    const user = newUser();
    await api.signIn(user);
    const closed = [
      [callerOf(newUser()), user.sub],
      [callerOf({ issuer: 'other', sub: 'x' }, { groups: ['admins'] }), `main:${user.sub}`],
      [aService(), user.sub],
      [callerOf(user, { bootstrap: true }), user.sub],
    ] as const;
    for (const [caller, userId] of closed) {
      expect(await api.call(REVOKE, { caller, userId })).toMatchObject(failure(403, 'FORBIDDEN'));
    }
    expect(await api.call(REVOKE, { userId: user.sub })).toMatchObject(failure(401, 'UNAUTHORIZED'));
    expect((await api.store.getUser(user)).sessions).toHaveLength(1);
  });

  it.each([{ except: 'other' }, { except: '' }, { expect: 'current' }, { limit: '5' }])(
    'is refused for %j: a word that is misspelled must not end the session that was to stay',
    async (query) => {
      const user = newUser();
      const { caller } = await api.signIn(user);
      const answer = await api.call(REVOKE, { caller, userId: user.sub, query });
      expect(answer).toMatchObject(failure(400, 'INVALID_QUERY'));
      expect((await api.store.getUser(user)).sessions).toHaveLength(1);
    },
  );

  it.each([
    undefined,
    'nonsense',
    publicSessionId({ issuer: 'guests', sub: 'ann' }, 'A'.repeat(22)),
    publicSessionId({ issuer: 'main', sub: 'bob' }, 'A'.repeat(22)),
  ])('is refused when the session to stay is not one of the user’s: %j', async (sessionId) => {
    const user = { issuer: 'main', sub: 'ann' };
    await api.signIn(user);
    const caller = callerOf(user, sessionId === undefined ? {} : { sessionId });
    const answer = await api.call(REVOKE, { caller, userId: 'ann', query: CURRENT });
    expect(answer).toMatchObject(failure(400, 'INVALID_QUERY'));
    expect((await api.store.getUser(user)).sessions).toHaveLength(1);
  });

  it('is counted by sessions, and logged with who did it', async () => {
    const user = newUser();
    const { caller } = await api.signIn(user);
    for (let index = 0; index < 2; index += 1) await api.signIn(user);
    await api.call(REVOKE, { caller, userId: user.sub, query: CURRENT });
    await api.call(REVOKE, { caller: anAdmin(), userId: user.sub });
    await api.call(REVOKE, { caller: anAdmin(), userId: user.sub });
    const lines = api.telemetry.lines.filter(({ code }) => code === 'session.revoked_all');
    expect(lines.map(({ fields }) => [fields.by, fields.revoked, fields.keepsCurrent])).toEqual([
      ['self', 2, true],
      ['admin', 1, false],
      ['admin', 0, false],
    ]);
    expect(api.telemetry.counts).toEqual([
      { metric: 'SessionsRevoked', dimensions: {}, value: 2 },
      { metric: 'SessionsRevoked', dimensions: {} },
    ]);
    expect(JSON.stringify(api.telemetry.lines)).not.toContain(user.sub);
  });
});
