import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aRecord, aRequest, aSession, DAY, type Fixture, newUser, sentBy, storeFixture } from '../store-fixture.ts';
import { isSessionItem } from '../table/item-key.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('list', () => {
  it('has the active sessions of the user alone, newest first, by one consistent Query', async () => {
    const first = await aSession(fixture);
    fixture.state.nowSeconds += 1;
    const second = await aSession(fixture, first.user);
    await aSession(fixture);
    fixture.sent.length = 0;
    const { sessions, record } = await fixture.store.list(first.user);
    expect(sessions).toEqual([second, first]);
    expect(record.version).toBe(2);
    expect(sentBy(fixture)).toEqual(['QueryCommand']);
    expect(fixture.sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });

  it('never shows what has expired, and ends it', async () => {
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    const { session } = await aRecord(fixture, old.user);
    expect((await fixture.store.list(old.user)).sessions).toEqual([session]);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });

  it('ends at most ten in passing, and shows none of the others either', async () => {
    const user = newUser();
    for (let count = 0; count < 12; count += 1) {
      await fixture.store.create(aRequest({ user }, { maxSessionsPerUser: 20 }));
    }
    fixture.state.nowSeconds += 31 * DAY;
    expect((await fixture.store.list(user)).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toHaveLength(2);
    expect((await fixture.store.list(user)).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toEqual([]);
  });

  it('is empty for a user of whom nothing is known, and writes nothing', async () => {
    const user = newUser();
    expect(await fixture.store.list(user)).toMatchObject({ sessions: [], record: { version: 0 } });
    expect(await fixture.items(user)).toEqual({});
  });
});
