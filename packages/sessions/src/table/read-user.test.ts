import { beforeAll, describe, expect, it } from '@jest/globals';
import { aRequest, DAY, type Fixture, newUser, START, storeFixture } from '../store-fixture.ts';
import { endSession } from './end-session.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

describe('what is known of a user', () => {
  it('is nothing at first', async () => {
    await expect(fixture.store.getUser(newUser())).resolves.toEqual({
      sessions: [],
      unknown: [],
      record: { version: 0, notBefore: 0, reauthAfter: 0, recentCreations: [], recentSilent: [] },
    });
  });

  it('is the record and all sessions, expired ones too and ended ones not, by one Query that writes nothing', async () => {
    const { store, state, sent } = fixture;
    const user = newUser();
    const kept = await store.create(aRequest({ user }));
    const ended = await store.create(aRequest({ user }));
    await endSession(fixture.table, { session: ended.session, reason: 'revoked' });
    state.nowSeconds = START + 29 * DAY;
    const before = await fixture.items(user);
    sent.length = 0;
    const { sessions, record } = await store.getUser(user);
    expect(sessions).toEqual([kept.session]);
    expect(record).toMatchObject({ version: 3, notBefore: 0, reauthAfter: START, recentCreations: [START, START] });
    expect(sent.map((command) => command.constructor.name)).toEqual(['QueryCommand']);
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
    expect(await fixture.items(user)).toEqual(before);
  });
});
