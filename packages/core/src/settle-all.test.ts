import { expect, it } from '@jest/globals';
import { settleAll } from './settle-all.ts';

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
