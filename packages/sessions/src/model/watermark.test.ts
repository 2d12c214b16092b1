import { describe, expect, it } from '@jest/globals';
import { judgeByWatermark } from './watermark.ts';

const NOT_BEFORE = 1_780_000_005;

describe('a sign-in, by the watermark', () => {
  it.each([
    ['opens sessions', 1, 'open'],
    ['came too early', 0, 'too_early'],
    ['came too early', -4, 'too_early'],
    ['has ended', -5, 'ended'],
    ['has ended', -1_000_000, 'ended'],
  ])('%s at %i s', (_, offset, verdict) => {
    expect(judgeByWatermark(NOT_BEFORE + offset, NOT_BEFORE)).toBe(verdict);
  });

  it('opens sessions of a user that has none', () => {
    expect(judgeByWatermark(1, 0)).toBe('open');
  });
});
