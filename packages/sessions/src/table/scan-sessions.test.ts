import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressOf, aSession, type Fixture, HOUR, IDLE, newUser, START, storeFixture } from '../store-fixture.ts';
import { aWebSession } from '../web-session-fixture.ts';
import { webHash, webKey } from './item-key.ts';
import { toItem } from './table.ts';
import { putItem } from './write-item.ts';

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

  it('reads past sessions of web apps that are nobody’s, however many, and goes on from one of them', async () => {
    const issuer = 'anonymous';
    const wanted = await aWebSession(fixture, { user: { ...newUser(), issuer } });
    for (let count = 0; count < 60; count += 1) {
      const key = webKey(webHash('sess:', `anonymous ${count}`));
      const Item = toItem({ ...key, prefix: 'sess:', created_at: START * 1000, keys: { csrf: '"a"' } });
      await putItem(fixture.table, { Item, ConditionExpression: 'attribute_not_exists(user_key)' });
    }
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'ScanCommand') Object.assign(command.input, { Limit: 2 });
      return goOn();
    };
    const pages = [];
    let position: string | undefined;
    do {
      const page = await fixture.store.scan({ issuers: [issuer], limit: 100, position });
      pages.push(page.sessions.map(({ id }) => id));
      expect(page.position).not.toBe(position);
      position = page.position;
    } while (position !== undefined);
    expect(pages.flat()).toEqual([wanted.id]);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.length).toBeLessThan(60);
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
