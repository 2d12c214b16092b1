import { beforeEach, describe, expect, it } from '@jest/globals';
import { isEndedItem, isSessionItem } from './item-key.ts';
import { statusOf } from './lifetime.ts';
import { aRequest, DAY, HOUR, IDLE, LOGINS, newUser, POLICY, START, type storeFixture } from './store-fixture.ts';

type Fixture = Awaited<ReturnType<typeof storeFixture>>;

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const CLIENT = { ip: '192.0.2.9', userAgent: 'curl', device: 'printer' };

/** What every session store does, whatever it keeps its sessions in. */
export function describeSessionStore(name: string, fixtureOf: () => Fixture): void {
  describe(`a session store on ${name}`, () => {
    beforeEach(() => {
      const { state, sent } = fixtureOf();
      state.nowSeconds = START;
      state.intercept = undefined;
      sent.length = 0;
    });
    describe('require', () => describeRequire(fixtureOf));
    describe('list', () => describeList(fixtureOf));
    describe('revoke', () => describeRevoke(fixtureOf));
    describe('revokeAll', () => describeRevokeAll(fixtureOf));
    describe('replaceData', () => describeReplaceData(fixtureOf));
    describe('createRecord', () => describeCreateRecord(fixtureOf));
    describe('setLifetime', () => describeSetLifetime(fixtureOf));
    describe('scan', () => describeScan(fixtureOf));
    describe('erasure', () => describeErasure(fixtureOf));
  });
}

const sentBy = ({ sent }: Fixture) => sent.map((command) => command.constructor.name);
const addressOf = ({ user, id }: { user: Parameters<Fixture['items']>[0]; id: string }) => ({ user, id, ...LOGINS });

async function aSession(fixture: Fixture, user = newUser(), data?: { readonly a: number }) {
  const { session } = await fixture.store.create({ ...aRequest({ user, authTime: fixture.state.nowSeconds }), data });
  return session;
}

function aRecord(fixture: Fixture, user = newUser()) {
  const client = { client: CLIENT, clientId: 'batch' };
  return fixture.store.createRecord({ user, ...client, data: { order: 7 }, policy: POLICY });
}

function describeRequire(fixtureOf: () => Fixture): void {
  it('gives the active session by one consistent read', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    expect(await fixture.store.require(addressOf(session))).toEqual(session);
    expect(fixture.sent).toMatchObject([{ input: { ConsistentRead: true } }]);
  });

  it('tells unknown ones from those that have ended, and why these have', async () => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture });
    const unknown = store.require({ ...addressOf(session), id: UNKNOWN_ID });
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND', name: 'SessionUnknownError' });
    await store.end({ session, reason: 'evicted', ...LOGINS });
    const ended = store.require(addressOf(session));
    await expect(ended).rejects.toMatchObject({ code: 'SESSION_ENDED', name: 'SessionEndedError', reason: 'evicted' });
  });

  it('ends one that it finds expired, dated when it expired, and its login with it', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.state.nowSeconds = session.idleExpiresAt + HOUR;
    await expect(fixture.store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({
      reason: 'expired',
      endedAt: session.idleExpiresAt,
      kind: 'bearer',
      authTime: START,
    });
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
  });
}

function describeList(fixtureOf: () => Fixture): void {
  it('has the active sessions of the user alone, newest first, by one consistent Query', async () => {
    const fixture = fixtureOf();
    const first = await aSession(fixture);
    fixture.state.nowSeconds += 1;
    const second = await aSession(fixture, first.user);
    await aSession(fixture);
    fixture.sent.length = 0;
    const { sessions, record } = await fixture.store.list({ user: first.user, ...LOGINS });
    expect(sessions).toEqual([second, first]);
    expect(record.version).toBe(2);
    expect(sentBy(fixture)).toEqual(['QueryCommand']);
    expect(fixture.sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });

  it('never shows what has expired, and ends it', async () => {
    const fixture = fixtureOf();
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    const { session } = await aRecord(fixture, old.user);
    expect((await fixture.store.list({ user: old.user, ...LOGINS })).sessions).toEqual([session]);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });

  it('ends at most ten in passing, and shows none of the others either', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    for (let count = 0; count < 12; count += 1) {
      await fixture.store.create(aRequest({ user }, { maxSessionsPerUser: 20 }));
    }
    fixture.state.nowSeconds += 31 * DAY;
    expect((await fixture.store.list({ user, ...LOGINS })).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toHaveLength(2);
    expect((await fixture.store.list({ user, ...LOGINS })).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toEqual([]);
  });

  it('is empty for a user of whom nothing is known, and writes nothing', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    expect(await fixture.store.list({ user, ...LOGINS })).toMatchObject({ sessions: [], record: { version: 0 } });
    expect(await fixture.items(user)).toEqual({});
  });
}

function describeRevoke(fixtureOf: () => Fixture): void {
  it('ends a session with its data, at once and for good, and is no error twice', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture, newUser(), { a: 1 });
    fixture.sent.length = 0;
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'TransactWriteItemsCommand']);
    expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'revoked' });
    expect(await fixture.store.touch(session)).toBe('gone');
  });

  it('knows what never was, and leaves no mark of it', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    expect(await fixture.store.revoke(addressOf({ user, id: UNKNOWN_ID }))).toBe('unknown');
    expect(await fixture.items(user)).toEqual({});
  });

  it('finds an expired session ended, as expired', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'expired' });
  });
}

function describeRevokeAll(fixtureOf: () => Fixture): void {
  it('raises the watermark first, then ends every session, records too', async () => {
    const fixture = fixtureOf();
    const { user } = await aSession(fixture);
    await aSession(fixture, user);
    await aRecord(fixture, user);
    fixture.sent.length = 0;
    expect(await fixture.store.revokeAll({ user, ...LOGINS })).toBe(3);
    expect(sentBy(fixture).slice(0, 2)).toEqual(['UpdateItemCommand', 'QueryCommand']);
    const { USER, ...items } = await fixture.items(user);
    expect(USER).toMatchObject({ version: 4, not_before: START + 5 });
    expect(Object.keys(items)).toHaveLength(3);
    expect(Object.keys(items).every(isEndedItem)).toBe(true);
  });

  it('keeps out every old login, used before or not, and lets a new one in after the margin', async () => {
    const fixture = fixtureOf();
    const { store, state } = fixture;
    const used = aRequest({ authTime: START - 60 });
    const { user } = used.login;
    const unused = aRequest({ user, authTime: START });
    await store.create(used);
    await store.revokeAll({ user, ...LOGINS });
    const early = aRequest({ user, authTime: START + 5 });
    state.nowSeconds += 6;
    for (const refreshed of [used, unused, { ...used, login: { ...used.login, scope: 'openid more' } }]) {
      await expect(store.create(refreshed)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    }
    await expect(store.create(early)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY', retryAfterSeconds: 1 });
    expect(await store.create(aRequest({ user, authTime: START + 6 }))).toMatchObject({ outcome: 'created' });
  });

  it('can leave one session, which is not measured against the watermark', async () => {
    const { store, ...fixture } = fixtureOf();
    const mine = aRequest();
    const { session } = await store.create(mine);
    const { user } = session;
    const other = await aSession({ store, ...fixture }, user);
    expect(await store.revokeAll({ user, except: session.id, ...LOGINS })).toBe(1);
    expect(await store.create(mine)).toMatchObject({ outcome: 'existing' });
    expect((await store.list({ user, ...LOGINS })).sessions).toEqual([session]);
    expect(await store.getEnded(user, other.id)).toMatchObject({ reason: 'revoked' });
  });

  it('never lowers the watermark, and still counts as a change of the user', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    await fixture.store.revokeAll({ user, ...LOGINS });
    fixture.state.nowSeconds -= 3;
    expect(await fixture.store.revokeAll({ user, ...LOGINS })).toBe(0);
    expect((await fixture.items(user)).USER).toMatchObject({ version: 2, not_before: START + 5 });
  });

  it('counts what it ends, not what had expired', async () => {
    const fixture = fixtureOf();
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    await aRecord(fixture, old.user);
    expect(await fixture.store.revokeAll({ user: old.user, ...LOGINS })).toBe(1);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });
}

function describeReplaceData(fixtureOf: () => Fixture): void {
  it('replaces it under the version that was read, by one read and one transaction', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    const first = await fixture.store.replaceData({ ...addressOf(session), version: 0, value: { a: 1 } });
    expect(first).toEqual({ session, data: { version: 1, value: { a: 1 } } });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'TransactWriteItemsCommand']);
    await fixture.store.replaceData({ ...addressOf(session), version: 1, value: { b: 2 } });
    expect(await fixture.store.getData(session.user, session.id)).toEqual({ version: 2, value: { b: 2 } });
  });

  it.each([0, 2, 7])('refuses version %i when it is 1 by then', async (version) => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture }, newUser(), { a: 1 });
    const stale = store.replaceData({ ...addressOf(session), version, value: {} });
    await expect(stale).rejects.toMatchObject({ code: 'PRECONDITION_FAILED', name: 'VersionStaleError' });
    expect(await store.getData(session.user, session.id)).toEqual({ version: 1, value: { a: 1 } });
  });

  it('lets one of two writers win', async () => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture });
    const write = (value: object) => store.replaceData({ ...addressOf(session), version: 0, value: { value } });
    const results = await Promise.allSettled([write({ a: 1 }), write({ b: 1 })]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('writes nothing for a session that has ended or expired, or never was', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    const write = (id = session.id) =>
      fixture.store.replaceData({ ...addressOf(session), id, version: 0, value: { a: 1 } });
    await expect(write(UNKNOWN_ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    fixture.state.nowSeconds = session.idleExpiresAt;
    await expect(write()).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'expired' });
    expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
  });

  it('is a use of a record, and of no other session', async () => {
    const fixture = fixtureOf();
    const { session } = await aRecord(fixture);
    const { idleExpiresAt } = await fixture.store.setLifetime({ ...addressOf(session), idleSeconds: HOUR });
    fixture.state.nowSeconds += 60;
    await fixture.store.replaceData({ ...addressOf(session), version: 1, value: {} });
    const used = { lastSeenAt: START + 60, idleExpiresAt: idleExpiresAt + 60 };
    expect(await fixture.store.get(session.user, session.id)).toMatchObject(used);
  });
}

function describeCreateRecord(fixtureOf: () => Fixture): void {
  it('makes a session of its own each time, by one Query and one transaction', async () => {
    const fixture = fixtureOf();
    const { session, data } = await aRecord(fixture);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'TransactWriteItemsCommand']);
    expect(data).toEqual({ version: 1, value: { order: 7 } });
    expect(session).toMatchObject({ kind: 'record', clientId: 'batch', authTime: START, device: 'printer' });
    expect(session.id).toMatch(/^[\w-]{22}$/);
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
    expect((await aRecord(fixture, session.user)).session.id).not.toBe(session.id);
  });

  it('takes no place, and is no session elsewhere that an older sign-in would have to be fresh for', async () => {
    const { store, ...fixture } = fixtureOf();
    const user = newUser();
    for (let count = 0; count < 4; count += 1) await aRecord({ store, ...fixture }, user);
    const policy = { sessionLimitPolicy: 'deny' } as const;
    const older = aRequest({ user, authTime: START - HOUR }, { ...policy, maxSessionsPerUser: 1 });
    expect(await store.create(older)).toMatchObject({ outcome: 'created' });
    expect((await store.list({ user, ...LOGINS })).sessions).toHaveLength(5);
  });

  it('needs no data, and lasts until its absolute end however little it is used', async () => {
    const { store, state } = fixtureOf();
    const policy = { ...POLICY, absoluteSeconds: 20 * DAY };
    const client = { ip: '', userAgent: '' };
    const { session, data } = await store.createRecord({ user: newUser(), clientId: 'batch', client, policy });
    expect(data).toEqual({ version: 0, value: {} });
    state.nowSeconds += 20 * DAY - 1;
    expect(await store.require(addressOf(session))).toEqual(session);
    state.nowSeconds += 1;
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('makes at most a hundred for one user', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    for (let count = 0; count < 100; count += 1) await aRecord(fixture, user);
    await expect(aRecord(fixture, user)).rejects.toMatchObject({ code: 'SESSION_LIMIT', limit: 100 });
    const { sessions } = await fixture.store.list({ user, ...LOGINS });
    await fixture.store.revoke(addressOf(sessions[0] as (typeof sessions)[0]));
    await aRecord(fixture, user);
    expect(await fixture.store.revokeAll({ user, ...LOGINS })).toBe(100);
  });
}

function describeSetLifetime(fixtureOf: () => Fixture): void {
  it('gives a session its own idle time, counted from now and by every use after', async () => {
    const { store, state, raw } = fixtureOf();
    const session = await aSession(fixtureOf());
    state.nowSeconds += HOUR;
    const changed = await store.setLifetime({ ...addressOf(session), idleSeconds: 600 });
    expect(changed).toMatchObject({ idleExpiresAt: START + HOUR + 700, lastSeenAt: START, version: 2 });
    expect(await store.get(session.user, session.id)).toEqual(changed);
    state.nowSeconds += 500;
    expect(await store.touch(changed)).toBe('touched');
    const used = START + HOUR + 500;
    expect(await store.get(session.user, session.id)).toMatchObject({ lastSeenAt: used, idleExpiresAt: used + 700 });
    expect((await raw(session.user, `SESSION#${session.id}`))?.ttl).toEqual({ N: String(session.ttl) });
  });

  it('holds against a use that was decided on before', async () => {
    const { store, state } = fixtureOf();
    const session = await aSession(fixtureOf());
    await store.setLifetime({ ...addressOf(session), idleSeconds: 600 });
    await store.touch(session);
    state.nowSeconds += 699;
    expect(await store.require(addressOf(session))).toMatchObject({ id: session.id });
    state.nowSeconds += 1;
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
    expect(await store.getEnded(session.user, session.id)).toMatchObject({ endedAt: START + 700 });
  });

  it('moves the absolute end, and the TTL of session and data with it', async () => {
    const { store, items } = fixtureOf();
    const session = await aSession(fixtureOf(), newUser(), { a: 1 });
    const absoluteExpiresAt = START + 60 * DAY;
    await store.setLifetime({ ...addressOf(session), absoluteExpiresAt });
    expect(await items(session.user)).toMatchObject({
      [`SESSION#${session.id}`]: { absolute_expires_at: absoluteExpiresAt, ttl: absoluteExpiresAt },
      [`DATA#${session.id}`]: { ttl: absoluteExpiresAt },
    });
  });

  it('leaves no data behind where there was none, and the idle time as it was', async () => {
    const { store, items } = fixtureOf();
    const session = await aSession(fixtureOf());
    const changed = await store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + 60 * DAY });
    expect(changed.idleExpiresAt).toBe(session.idleExpiresAt);
    expect(Object.keys(await items(session.user))).toEqual([`SESSION#${session.id}`, 'USER']);
  });

  it('ends a session by an end that is past', async () => {
    const { store } = fixtureOf();
    const session = await aSession(fixtureOf());
    const changed = await store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START });
    expect(statusOf(changed, START)).toBe('absolute_expired');
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('changes nothing that has ended or never was', async () => {
    const { store } = fixtureOf();
    const session = await aSession(fixtureOf());
    const set = (id: string) => store.setLifetime({ ...addressOf(session), id, idleSeconds: 60 });
    await expect(set(UNKNOWN_ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.revoke(addressOf(session));
    await expect(set(session.id)).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'revoked' });
  });
}

function describeScan(fixtureOf: () => Fixture): void {
  async function scanAll({ store }: Fixture, limit: number, issuers: readonly string[]) {
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await store.scan({ issuers, limit, position });
      expect(page.sessions.length).toBeLessThanOrEqual(limit);
      ids.push(...page.sessions.map(({ id }) => id));
      position = page.position;
    } while (position !== undefined);
    return ids;
  }

  it.each([1, 3, 100])('shows every active session of the issuers once, in pages of %i', async (limit) => {
    const fixture = fixtureOf();
    const issuer = `scan${limit}`;
    const ofIssuer = () => ({ ...newUser(), issuer });
    const wanted = [];
    for (let count = 0; count < 5; count += 1) wanted.push(await aSession(fixture, ofIssuer(), { a: 1 }));
    await aSession(fixture, { ...newUser(), issuer: 'elsewhere' });
    const ended = await aSession(fixture, ofIssuer());
    await fixture.store.revoke(addressOf(ended));
    const expired = await aSession(fixture, ofIssuer());
    await fixture.store.setLifetime({ ...addressOf(expired), absoluteExpiresAt: START });
    const ids = await scanAll(fixture, limit, [issuer]);
    expect(ids.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    fixture.state.nowSeconds += IDLE.bearerIdleSeconds + HOUR;
    expect(await scanAll(fixture, limit, [issuer])).toEqual([]);
  });

  it('is consistent, and takes no position but its own', async () => {
    const { store, sent } = fixtureOf();
    await store.scan({ issuers: [], limit: 1 });
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
    for (const position of ['', 'U#a#b', '\n', 'a\n', '\nb', 'a\nb\nc', `a\n${'b'.repeat(1024)}`]) {
      const page = store.scan({ issuers: [], limit: 1, position });
      await expect(page).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });
}

function describeErasure(fixtureOf: () => Fixture): void {
  async function erase({ store }: Fixture, user: ReturnType<typeof newUser>) {
    for (let pages = 1; ; pages += 1) if ((await store.erasePage(user)).isDone) return pages;
  }

  it('leaves the mark and the watermark, so that old logins stay out', async () => {
    const fixture = fixtureOf();
    const used = aRequest();
    const { user } = used.login;
    await fixture.store.create({ ...used, data: { a: 1 } });
    await aRecord(fixture, user);
    await fixture.store.markErased({ user, ...LOGINS });
    await erase(fixture, user);
    expect(await fixture.items(user)).toEqual({
      USER: expect.objectContaining({ not_before: START + 5, erased_at: START, ttl: START + 30 * DAY }),
    });
    expect((await fixture.items(user)).USER).not.toHaveProperty('recent_creations');
    await expect(fixture.store.create(used)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('goes on where it was broken off, page by page', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    const marker = { reason: 'revoked', ended_at: START, ttl: START + DAY };
    await Promise.all(Array.from({ length: 250 }, (_, index) => fixture.put(user, `ENDED#${index}`, marker)));
    await fixture.store.markErased({ user, ...LOGINS });
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 100, isDone: false });
    expect(await erase(fixture, user)).toBe(2);
    expect(Object.keys(await fixture.items(user))).toEqual(['USER']);
  });

  it('spares whoever signs in anew: their session, its data, and the mark that keeps a newer login ended', async () => {
    const fixture = fixtureOf();
    const { user } = await aSession(fixture);
    await fixture.store.markErased({ user, ...LOGINS });
    fixture.state.nowSeconds += 10;
    const stays = await aSession(fixture, user, { a: 1 });
    const ended = aRequest({ user, authTime: START + 10 });
    await fixture.store.create(ended);
    await fixture.store.revoke(addressOf({ user, id: ended.login.loginId }));
    await erase(fixture, user);
    const kept = [`DATA#${stays.id}`, `ENDED#${ended.login.loginId}`, `SESSION#${stays.id}`, 'USER'];
    expect(Object.keys(await fixture.items(user))).toEqual(kept);
    await expect(fixture.store.create(ended)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect((await fixture.items(user)).USER).not.toHaveProperty('ttl');
  });

  it('passes over any number of items that stay', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    await fixture.store.markErased({ user, ...LOGINS });
    const newer = { reason: 'revoked', ended_at: START + 9, auth_time: START + 9, ttl: START + DAY };
    await Promise.all(Array.from({ length: 120 }, (_, index) => fixture.put(user, `ENDED#${100 + index}`, newer)));
    await fixture.put(user, 'ENDED#999', { reason: 'revoked', ended_at: START, auth_time: START, ttl: START + DAY });
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 1, isDone: true });
  });

  it('is forgotten by TTL only while no watermark was raised anew', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    await fixture.store.markErased({ user, ...LOGINS });
    fixture.state.nowSeconds += DAY;
    await fixture.store.revokeAll({ user, ...LOGINS });
    expect((await fixture.items(user)).USER).not.toHaveProperty('ttl');
    expect((await fixture.items(user)).USER).toMatchObject({ erased_at: START });
  });

  it('deletes nothing of a user who is not marked', async () => {
    const fixture = fixtureOf();
    const { user } = await aSession(fixture);
    await expect(fixture.store.erasePage(user)).rejects.toMatchObject({ code: 'USER_NOT_ERASED' });
    expect(Object.keys(await fixture.items(user))).toHaveLength(2);
  });
}
