import { describe, expect, it } from '@jest/globals';
import { parseRolloutOptions } from './rollout-options.ts';

const NONE = { gradual: false, finish: false, revert: false };
const GRADUAL = { ...NONE, gradual: true };

describe('parseRolloutOptions', () => {
  it('deploys at once where nothing is said', () => {
    expect(parseRolloutOptions(NONE, undefined)).toEqual({ kind: 'at-once' });
  });

  it('gives a share of 10 % for 10 minutes, or what is said', () => {
    expect(parseRolloutOptions(GRADUAL, undefined)).toEqual({ kind: 'gradual', weight: 0.1, bakeMs: 600_000 });
    expect(parseRolloutOptions({ ...GRADUAL, 'bake-minutes': '0.5' }, '2.5')).toEqual({
      kind: 'gradual',
      weight: 0.025,
      bakeMs: 30_000,
    });
  });

  it('ends a rollout', () => {
    expect(parseRolloutOptions({ ...NONE, finish: true }, undefined)).toEqual({ kind: 'finish' });
    expect(parseRolloutOptions({ ...NONE, revert: true }, undefined)).toEqual({ kind: 'revert' });
  });

  it.each([
    [{ ...GRADUAL, finish: true }, undefined, '--gradual and --finish exclude each other'],
    [{ ...NONE, finish: true, revert: true }, undefined, '--finish and --revert exclude each other'],
    [NONE, '10', 'a percentage and --bake-minutes are for --gradual'],
    [{ ...NONE, revert: true, 'bake-minutes': '1' }, undefined, 'a percentage and --bake-minutes are for --gradual'],
    [GRADUAL, '100', '--gradual takes a percentage above 0 and below 100: not 100'],
    [GRADUAL, '0', '--gradual takes a percentage above 0 and below 100: not 0'],
    [GRADUAL, 'ten', '--gradual takes a percentage above 0 and below 100: not ten'],
    [{ ...GRADUAL, 'bake-minutes': '0' }, '10', '--bake-minutes takes minutes, up to 1440: not 0'],
    [{ ...GRADUAL, 'bake-minutes': '1441' }, '10', '--bake-minutes takes minutes, up to 1440: not 1441'],
  ])('refuses %j with %s', (values, percent, problem) => {
    expect(() => parseRolloutOptions(values, percent)).toThrow(problem);
  });
});
