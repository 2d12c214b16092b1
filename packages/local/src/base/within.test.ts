import { expect, it } from '@jest/globals';
import { within } from './within.ts';

const never = new Promise<string>(() => undefined);

it('is what the promise comes to, and leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  expect(await within(Promise.resolve('in time'), 60_000, 'late')).toBe('in time');
  await expect(within(Promise.reject(new Error('failed')), 60_000, 'late')).rejects.toThrow('failed');
  await new Promise((resolve) => setImmediate(resolve));
  expect(timers()).toBe(before);
});

it('is something else when it takes longer', async () => {
  expect(await within(never, 1, 'late')).toBe('late');
});
