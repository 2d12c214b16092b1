import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressOf, aSession, type Fixture, HOUR, IDLE, newUser, START, storeFixture } from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('scan', () => {
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

  it('reads a bounded part of the table for a page, which may be empty while there is more', async () => {
    const issuer = 'bounded';
    for (let count = 0; count < 3; count += 1) await aSession(fixture, { ...newUser(), issuer }, { a: 1 });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'ScanCommand') Object.assign(command.input, { Limit: 1 });
      return goOn();
    };
    fixture.sent.length = 0;
    const { position } = await fixture.store.scan({ issuers: [issuer], limit: 100 });
    expect(fixture.sent).toHaveLength(8);
    expect(position).toBeDefined();
    expect(await scanAll(fixture, 100, [issuer])).toHaveLength(3);
  });

  it('is consistent, and takes no position but its own', async () => {
    const { store, sent } = fixture;
    await store.scan({ issuers: [], limit: 1 });
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
    for (const position of ['', 'U#a#b', '\n', 'a\n', '\nb', `a\n${'é'.repeat(513)}`, `${'é'.repeat(1025)}\nb`]) {
      const page = store.scan({ issuers: [], limit: 1, position });
      await expect(page).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });
});
