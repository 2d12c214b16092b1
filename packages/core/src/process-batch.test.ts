import { expect, it } from '@jest/globals';
import { processBatch } from './settle-all.ts';

it('does each of a batch once, at most five at the same time, and names those that are not done', async () => {
  const done: number[] = [];
  let [running, most] = [0, 0];
  const batch = Array.from({ length: 20 }, (_, n) => n);
  const failed = await processBatch(batch, async (n) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(n);
    return n % 7 !== 0;
  });
  expect(done.toSorted((a, b) => a - b)).toEqual(batch);
  expect(failed.toSorted((a, b) => a - b)).toEqual([0, 7, 14]);
  expect(most).toBe(5);
  expect(await processBatch([], async () => false)).toEqual([]);
});
