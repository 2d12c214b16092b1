import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressOf, aSession, type Fixture, newUser, sentBy, storeFixture, UNKNOWN_ID } from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('revoke', () => {
  it('ends a session with its data, at once and for good, and is no error twice', async () => {
    const session = await aSession(fixture, newUser(), { a: 1 });
    fixture.sent.length = 0;
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'UpdateItemCommand', 'TransactWriteItemsCommand']);
    expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'revoked' });
    expect(await fixture.store.touch(session)).toBe('gone');
  });

  it('knows what never was, and leaves no mark of it', async () => {
    const user = newUser();
    expect(await fixture.store.revoke(addressOf({ user, id: UNKNOWN_ID }))).toBe('unknown');
    expect(await fixture.items(user)).toEqual({});
  });

  it('finds an expired session ended, as expired', async () => {
    const session = await aSession(fixture);
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'expired' });
  });
});
