import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addressOf,
  aRecord,
  aSession,
  type Fixture,
  HOUR,
  newUser,
  START,
  sentBy,
  storeFixture,
  UNKNOWN_ID,
} from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('replaceData', () => {
  it('replaces it under the version that was read, by two reads and one write', async () => {
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    const first = await fixture.store.replaceData({ ...addressOf(session), version: 0, value: jsonText({ a: 1 }) });
    expect(first).toEqual({ session, data: { version: 1, value: jsonText({ a: 1 }) } });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
    fixture.sent.length = 0;
    await fixture.store.replaceData({ ...addressOf(session), version: 1, value: jsonText({ b: 2 }) });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand', 'UpdateItemCommand']);
    expect(await fixture.store.getData(session.user, session.id)).toEqual({ version: 2, value: jsonText({ b: 2 }) });
  });

  it.each([0, 2, 7])('refuses version %i when it is 1 by then', async (version) => {
    const { store } = fixture;
    const session = await aSession(fixture, newUser(), { a: 1 });
    const stale = store.replaceData({ ...addressOf(session), version, value: jsonText({}) });
    await expect(stale).rejects.toMatchObject({ code: 'PRECONDITION_FAILED', name: 'VersionStaleError' });
    expect(await store.getData(session.user, session.id)).toEqual({ version: 1, value: jsonText({ a: 1 }) });
  });

  it('refuses more than five changes within a second, and looks no further than two reads', async () => {
    const { store } = fixture;
    const session = await aSession(fixture);
    const write = (version: number) =>
      store.replaceData({ ...addressOf(session), version, value: jsonText({ version }) });
    for (let version = 0; version < 5; version += 1) await write(version);
    fixture.sent.length = 0;
    await expect(write(5)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand']);
    fixture.state.nowSeconds += 1;
    expect(await write(5)).toMatchObject({ data: { version: 6 } });
    expect(await store.getData(session.user, session.id)).toEqual({ version: 6, value: jsonText({ version: 5 }) });
  });

  it('lets one of two writers win', async () => {
    const { store } = fixture;
    const session = await aSession(fixture);
    const write = (value: object) =>
      store.replaceData({ ...addressOf(session), version: 0, value: jsonText({ value }) });
    const results = await Promise.allSettled([write({ a: 1 }), write({ b: 1 })]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('writes nothing for a session that has ended or expired, or never was', async () => {
    const session = await aSession(fixture);
    const write = (id = session.id) =>
      fixture.store.replaceData({ ...addressOf(session), id, version: 0, value: jsonText({ a: 1 }) });
    await expect(write(UNKNOWN_ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    fixture.state.nowSeconds = session.idleExpiresAt;
    await expect(write()).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'expired' });
    expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
  });

  it('is a use of a record, and of no other session', async () => {
    const { session } = await aRecord(fixture);
    const { idleExpiresAt } = await fixture.store.setLifetime({ ...addressOf(session), idleSeconds: HOUR });
    fixture.state.nowSeconds += 60;
    await fixture.store.replaceData({ ...addressOf(session), version: 1, value: jsonText({}) });
    const used = { lastSeenAt: START + 60, idleExpiresAt: idleExpiresAt + 60 };
    expect(await fixture.store.get(session.user, session.id)).toMatchObject(used);
  });
});
