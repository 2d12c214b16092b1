import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aSession, type Fixture, newUser, storeFixture } from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('isKnown', () => {
  it('is true of whoever ever had a session or was erased, of nobody else, and writes nothing', async () => {
    const [nobody, namesake] = [newUser(), newUser()];
    await aSession(fixture, { ...namesake, issuer: 'guests' });
    const session = await aSession(fixture);
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    await fixture.store.revokeAll({ user: session.user });
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    await fixture.store.markErased(session.user);
    while (!(await fixture.store.erasePage(session.user)).isDone);
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    for (const user of [nobody, namesake]) {
      expect(await fixture.store.isKnown(user)).toBe(false);
      expect(await fixture.items(user)).toEqual({});
    }
  });
});
