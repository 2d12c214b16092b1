import { expect, it } from '@jest/globals';
import { addressOf, aRecord, aSession, type Fixture, sentBy, UNKNOWN_ID } from './contract-fixture.ts';
import { statusOf } from './lifetime.ts';
import { aRequest, DAY, HOUR, LOGINS, newUser, POLICY, START } from './store-fixture.ts';

export function describeReplaceData(fixtureOf: () => Fixture): void {
  it('replaces it under the version that was read, by two reads and one write', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    const first = await fixture.store.replaceData({ ...addressOf(session), version: 0, value: { a: 1 } });
    expect(first).toEqual({ session, data: { version: 1, value: { a: 1 } } });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
    fixture.sent.length = 0;
    await fixture.store.replaceData({ ...addressOf(session), version: 1, value: { b: 2 } });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand', 'UpdateItemCommand']);
    expect(await fixture.store.getData(session.user, session.id)).toEqual({ version: 2, value: { b: 2 } });
  });

  it.each([0, 2, 7])('refuses version %i when it is 1 by then', async (version) => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture }, newUser(), { a: 1 });
    const stale = store.replaceData({ ...addressOf(session), version, value: {} });
    await expect(stale).rejects.toMatchObject({ code: 'PRECONDITION_FAILED', name: 'VersionStaleError' });
    expect(await store.getData(session.user, session.id)).toEqual({ version: 1, value: { a: 1 } });
  });

  it('refuses more than five changes within a second, and looks no further than two reads', async () => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture });
    const write = (version: number) => store.replaceData({ ...addressOf(session), version, value: { version } });
    for (let version = 0; version < 5; version += 1) await write(version);
    fixture.sent.length = 0;
    await expect(write(5)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    expect(sentBy({ store, ...fixture })).toEqual(['GetItemCommand', 'GetItemCommand']);
    fixture.state.nowSeconds += 1;
    expect(await write(5)).toMatchObject({ data: { version: 6 } });
    expect(await store.getData(session.user, session.id)).toEqual({ version: 6, value: { version: 5 } });
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

export function describeCreateRecord(fixtureOf: () => Fixture): void {
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
  }, 60_000);
}

export function describeSetLifetime(fixtureOf: () => Fixture): void {
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
      [`SESSION#${session.id}`]: { absolute_expires_at: absoluteExpiresAt, ttl: absoluteExpiresAt + 30 * DAY },
      [`DATA#${session.id}`]: { ttl: absoluteExpiresAt + 30 * DAY },
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
