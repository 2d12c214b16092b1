import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressOf, aSession, type Fixture, HOUR, START, storeFixture, UNKNOWN_ID } from '../store-fixture.ts';
import { endSession } from '../table/end-session.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('require', () => {
  it('gives the active session by one consistent read', async () => {
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    expect(await fixture.store.require(addressOf(session))).toEqual(session);
    expect(fixture.sent).toMatchObject([{ input: { ConsistentRead: true } }]);
  });

  it('tells unknown ones from those that have ended, and why these have', async () => {
    const { store } = fixture;
    const session = await aSession(fixture);
    const unknown = store.require({ ...addressOf(session), id: UNKNOWN_ID });
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND', name: 'SessionUnknownError' });
    await endSession(fixture.table, { session, reason: 'evicted' });
    const ended = store.require(addressOf(session));
    await expect(ended).rejects.toMatchObject({ code: 'SESSION_ENDED', name: 'SessionEndedError', reason: 'evicted' });
  });

  it('ends one that it finds expired, dated when it expired, and its login with it', async () => {
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
});
