import { expect, it } from '@jest/globals';
import { settleAll, settleEach } from './settle-all.ts';

it('returns the values in their order', async () => {
  expect(await settleAll([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});

it('fails with the first failure, and not before the others are done', async () => {
  const done: string[] = [];
  const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => done.push('slow'));
  await expect(
    settleAll([Promise.reject(new Error('first')), slow, Promise.reject(new Error('second'))]),
  ).rejects.toThrow('first');
  expect(done).toEqual(['slow']);
});

it('does each of many, some at a time, and returns the values in their order', async () => {
  let [underWay, most] = [0, 0];
  const work = async (item: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise<void>((resolve) => setImmediate(resolve));
    underWay -= 1;
    return item * 2;
  };
  expect(await settleEach(3, [1, 2, 3, 4, 5, 6, 7], work)).toEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(most).toBe(3);
  expect(await settleEach(3, [], work)).toEqual([]);
});

it('tries the others too when one of many fails, and then tells the first failure', async () => {
  const tried: number[] = [];
  const work = async (item: number) => {
    tried.push(item);
    if (item % 2 === 0) throw new Error(`failed ${item}`);
  };
  await expect(settleEach(2, [1, 2, 3, 4, 5], work)).rejects.toThrow('failed 2');
  expect(tried).toEqual([1, 2, 3, 4, 5]);
});
