import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { userKey } from '@cloakroom/core';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aRequest, type Fixture, newUser, START, storeFixture } from '../store-fixture.ts';
import { readErasures } from './read-erasures.ts';
import { toItem } from './table.ts';

let fixture: Fixture;
let table: Parameters<typeof readErasures>[0];
beforeAll(async () => {
  fixture = await storeFixture();
  table = { items: sdkItems(fixture.table.dynamodb), table: fixture.name };
});

/** Somebody with this item of theirs, which may be none of ours. */
async function userWith(fields: object) {
  const user = newUser();
  await fixture.put(user, 'USER', { version: 1, not_before: 0, ...fields });
  return user;
}

describe('readErasures', () => {
  it('tells of each of many users when they were erased, or that they never were', async () => {
    const erased = await userWith({ erased_at: START });
    const known = await userWith({});
    const others = Array.from({ length: 230 }, newUser);
    const erasedAt = await readErasures(table, [...others, erased, known, erased]);
    expect([erased, known, ...others].map(erasedAt)).toEqual([START, undefined, ...others.map(() => undefined)]);
  });

  it('sees a mark that was set a moment ago, by the store that sets it', async () => {
    const request = aRequest();
    const { user } = request.login;
    await fixture.store.create(request);
    await fixture.store.markErased(user);
    expect((await readErasures(table, [user]))(user)).toBe(START);
  });

  it('asks nothing for nobody', async () => {
    const items = { batchGetItem: () => Promise.reject(new Error('asked')) };
    await expect(readErasures({ items, table: 'none' }, [])).resolves.toBeInstanceOf(Function);
  });

  it('throws for a user of whom something malformed is kept, and tells of the others', async () => {
    const [malformed, erased] = [await userWith({ erased_at: 'then' }), await userWith({ erased_at: START })];
    const erasedAt = await readErasures(table, [malformed, erased]);
    expect(() => erasedAt(malformed)).toThrow(expect.objectContaining({ name: 'StoredItemError' }));
    expect(erasedAt(erased)).toBe(START);
  });

  /** DynamoDB that leaves out the keys of these users so many times. */
  function throttled(times: number, user: { issuer: string; sub: string }) {
    let left = times;
    const asked: number[] = [];
    const batchGetItem = async (input: BatchGetItemCommandInput) => {
      const [[table = '', request] = []] = Object.entries(input.RequestItems ?? {});
      const Keys = request?.Keys ?? [];
      asked.push(Keys.length);
      const isLeftOut = ({ user_key }: (typeof Keys)[number]) => left > 0 && user_key?.S === userKey(user);
      const rest = Keys.filter(isLeftOut);
      const items = Keys.filter((key) => !isLeftOut(key)).map((key) => ({
        ...key,
        ...toItem({ version: 1, not_before: 0, erased_at: START }),
      }));
      left -= 1;
      return { Responses: { [table]: items }, UnprocessedKeys: rest.length > 0 ? { [table]: { Keys: rest } } : {} };
    };
    return { table: { items: { batchGetItem }, table: 't' }, asked };
  }

  it('asks again for what DynamoDB has left out', async () => {
    const [late, prompt] = [newUser(), newUser()];
    const { table, asked } = throttled(2, late);
    const waits: number[] = [];
    const erasedAt = await readErasures(table, [late, prompt], async (ms) => waits.push(ms));
    expect([erasedAt(late), erasedAt(prompt)]).toEqual([START, START]);
    expect(asked).toEqual([2, 1, 1]);
    expect(waits).toHaveLength(2);
  });

  it('takes nobody who was left out to the last for one who was never erased', async () => {
    const [late, prompt] = [newUser(), newUser()];
    const { table, asked } = throttled(Infinity, late);
    const erasedAt = await readErasures(table, [late, prompt], async () => undefined);
    expect(() => erasedAt(late)).toThrow(expect.objectContaining({ name: 'DependencyUnavailableError' }));
    expect(erasedAt(prompt)).toBe(START);
    expect(asked).toHaveLength(4);
  });
});
