import { expect, it } from '@jest/globals';
import { createDeadline, holdToDeadline } from './deadline.ts';

it('leaves the last 200 ms of an invocation to its answer, and knows no end outside of one', () => {
  const deadline = createDeadline();
  expect(deadline.remainingMs()).toBe(Number.POSITIVE_INFINITY);
  deadline.start({ getRemainingTimeInMillis: () => 3000 });
  expect(deadline.remainingMs()).toBe(2800);
  deadline.start({ getRemainingTimeInMillis: () => 900 });
  expect(deadline.remainingMs()).toBe(700);
});

it('lets nothing that was given up try again, and everything else go on', async () => {
  const deadline = createDeadline();
  const { limit, guard } = holdToDeadline(deadline);
  const [late, inTime] = [{ commandName: 'late' }, { commandName: 'inTime' }];
  deadline.start({ getRemainingTimeInMillis: () => 0 });
  const never = new Promise<never>(() => {});
  await expect(limit(() => never, late)({ input: {} })).rejects.toMatchObject({ name: 'DeadlineError' });
  const answer = { response: {}, output: {} };
  await expect(guard(async () => answer, late)({ input: {}, request: {} })).rejects.toMatchObject({
    name: 'DeadlineError',
  });
  expect(await guard(async () => answer, inTime)({ input: {}, request: {} })).toBe(answer);
});
