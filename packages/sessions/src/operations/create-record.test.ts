import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addressOf,
  aRecord,
  aRequest,
  DAY,
  type Fixture,
  HOUR,
  newUser,
  POLICY,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('createRecord', () => {
  it('makes a session of its own each time, by one Query and one transaction', async () => {
    const { session, data } = await aRecord(fixture);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'TransactWriteItemsCommand']);
    expect(data).toEqual({ version: 1, value: jsonText({ order: 7 }) });
    expect(session).toMatchObject({ kind: 'record', clientId: 'batch', authTime: START, device: 'printer' });
    expect(session.id).toMatch(/^[\w-]{22}$/);
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
    expect((await aRecord(fixture, session.user)).session.id).not.toBe(session.id);
  });

  it('takes no place, and is no session elsewhere that an older sign-in would have to be fresh for', async () => {
    const { store } = fixture;
    const user = newUser();
    for (let count = 0; count < 4; count += 1) await aRecord(fixture, user);
    const policy = { sessionLimitPolicy: 'deny' } as const;
    const older = aRequest({ user, authTime: START - HOUR }, { ...policy, maxSessionsPerUser: 1 });
    expect(await store.create(older)).toMatchObject({ outcome: 'created' });
    expect((await store.list(user)).sessions).toHaveLength(5);
  });

  it('needs no data, and lasts until its absolute end however little it is used', async () => {
    const { store, state } = fixture;
    const policy = { ...POLICY, absoluteSeconds: 20 * DAY };
    const client = { ip: '', userAgent: '' };
    const { session, data } = await store.createRecord({ user: newUser(), clientId: 'batch', client, policy });
    expect(data).toEqual({ version: 0, value: jsonText({}) });
    state.nowSeconds += 20 * DAY - 1;
    expect(await store.require(addressOf(session))).toEqual(session);
    state.nowSeconds += 1;
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('makes at most a hundred for one user', async () => {
    const user = newUser();
    for (let count = 0; count < 100; count += 1) await aRecord(fixture, user);
    await expect(aRecord(fixture, user)).rejects.toMatchObject({ code: 'SESSION_LIMIT', limit: 100 });
    const { sessions } = await fixture.store.list(user);
    await fixture.store.revoke(addressOf(sessions[0] as (typeof sessions)[0]));
    await aRecord(fixture, user);
    expect(await fixture.store.revokeAll({ user })).toBe(100);
  }, 60_000);
});
