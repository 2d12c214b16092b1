import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { everyMinute } from './every-minute.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 10) });
});
afterEach(() => {
  jest.useRealTimers();
});

it('happens in every minute at its second, until it is stopped', () => {
  const times: string[] = [];
  const running = everyMinute(3, () => times.push(new Date().toISOString().slice(14, 19)));
  jest.advanceTimersByTime(3 * 60_000);
  expect(times).toEqual(['01:03', '02:03', '03:03']);
  running.stop();
  jest.advanceTimersByTime(5 * 60_000);
  expect(times).toHaveLength(3);
});

it('happens in the minute that has just begun', () => {
  let times = 0;
  const running = everyMinute(55, () => (times += 1));
  jest.advanceTimersByTime(44_999);
  expect(times).toBe(0);
  jest.advanceTimersByTime(1);
  expect(times).toBe(1);
  running.stop();
});
