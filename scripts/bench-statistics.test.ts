import { describe, expect, it } from '@jest/globals';
import { quartilesOf, ratioOf } from './bench-statistics.ts';

describe('quartilesOf', () => {
  it.each([
    [[7], { q1: 7, median: 7, q3: 7 }],
    [[3, 1], { q1: 1.5, median: 2, q3: 2.5 }],
    [[10, 2, 8, 4, 6], { q1: 4, median: 6, q3: 8 }],
    [[10, 9, 100, 2], { q1: 7.25, median: 9.5, q3: 32.5 }], // by number, not by text
  ])('of %j', (sample, expected) => {
    expect(quartilesOf(sample)).toEqual(expected);
  });

  it('has none of nothing', () => {
    expect(() => quartilesOf([])).toThrow(RangeError);
  });
});

describe('ratioOf', () => {
  it('compares within each round, so that a slow one changes nothing', () => {
    expect(ratioOf([2, 200, 2.2], [1, 100, 1.1])).toEqual({ q1: 2, median: 2, q3: 2 });
  });

  it('refuses what was not measured in the same rounds', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow('the same rounds');
  });
});
