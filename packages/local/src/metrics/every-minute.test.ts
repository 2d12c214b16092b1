import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { everyMinute } from './every-minute.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 10) });
});
afterEach(() => {
  jest.useRealTimers();
});

const fail = (error: unknown) => {
  throw error;
};

it('happens in every minute at its second, until it is stopped', () => {
  const times: string[] = [];
  const running = everyMinute(3, () => times.push(new Date().toISOString().slice(14, 19)), fail);
  jest.advanceTimersByTime(3 * 60_000);
  expect(times).toEqual(['01:03', '02:03', '03:03']);
  running.stop();
  jest.advanceTimersByTime(5 * 60_000);
  expect(times).toHaveLength(3);
});

it('happens in the minute that has just begun', () => {
  let times = 0;
  const running = everyMinute(55, () => (times += 1), fail);
  jest.advanceTimersByTime(44_999);
  expect(times).toBe(0);
  jest.advanceTimersByTime(1);
  expect(times).toBe(1);
  running.stop();
});

it('goes on after a failure, and tells it', () => {
  const failures: unknown[] = [];
  const run = () => {
    throw new Error('once more');
  };
  const running = everyMinute(3, run, (error) => failures.push(error));
  jest.advanceTimersByTime(2 * 60_000);
  expect(failures).toEqual([new Error('once more'), new Error('once more')]);
  running.stop();
});
