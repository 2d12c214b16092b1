import { expect, it } from '@jest/globals';
import { epochSeconds, isoTime, systemNowMs } from './clock.ts';

it('rounds down to whole seconds, so that nothing is dated in the future', () => {
  expect(epochSeconds(1_700_000_000_999)).toBe(1_700_000_000);
});

it('writes times in UTC', () => {
  expect(isoTime(1_700_000_000)).toBe('2023-11-14T22:13:20.000Z');
});

it('tells the time of the system', () => {
  const before = Date.now();
  const now = systemNowMs();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
