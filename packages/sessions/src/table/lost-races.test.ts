import { describe, expect, it } from '@jest/globals';
import { ConflictError, ContendedError } from '../model/errors.ts';
import { retryLostRaces } from './lost-races.ts';

/** An invocation with so many milliseconds left, of which waiting takes all that it says. */
function timing(random: number, leftMs = Number.POSITIVE_INFINITY) {
  const waitsMs: number[] = [];
  const waited = () => waitsMs.reduce((sum, ms) => sum + ms, 0);
  const sleep = async (ms: number) => void waitsMs.push(ms);
  return { waitsMs, waited, random: () => random, sleep, remainingMs: () => leftMs - waited() };
}

/** Loses so many races. */
function losing(races: number) {
  let attempts = 0;
  return async () => {
    attempts += 1;
    return attempts > races ? attempts : undefined;
  };
}

describe('losing races', () => {
  it.each(['revocation', 'signIn', 'change'] as const)(
    'is not waited for by a %s that is the first to come',
    async (who) => {
      const times = timing(1, 0);
      expect(await retryLostRaces(who, losing(0), times)).toBe(1);
      expect(times.waitsMs).toEqual([]);
    },
  );

  it('is outlasted by a revocation, which looks often', async () => {
    const times = timing(1);
    expect(await retryLostRaces('revocation', losing(500), times)).toBe(501);
    expect(new Set(times.waitsMs)).toEqual(new Set([10]));
  });

  it('is outlasted by a sign-in, which looks ever less often', async () => {
    const times = timing(0.5);
    expect(await retryLostRaces('signIn', losing(100), times)).toBe(101);
    expect(times.waitsMs.slice(0, 4)).toEqual([10, 20, 40, 40]);
  });

  it('is not taken twice by anybody else', async () => {
    const times = timing(1);
    expect(await retryLostRaces('change', losing(1), times)).toBe(2);
    await expect(retryLostRaces('change', losing(2), times)).rejects.toThrow(ContendedError);
  });

  it.each([
    ['revocation', ConflictError],
    ['signIn', ContendedError],
  ] as const)('ends a %s shortly before the deadline', async (who, error) => {
    const times = timing(1, 3000);
    await expect(retryLostRaces(who, losing(Infinity), times)).rejects.toThrow(error);
    expect(times.remainingMs()).toBeGreaterThanOrEqual(100);
    expect(times.remainingMs()).toBeLessThan(200);
  });

  it('ends some day where there is no deadline', async () => {
    const times = timing(1);
    await expect(retryLostRaces('revocation', losing(Infinity), times)).rejects.toThrow(ConflictError);
    expect(times.waited()).toBe(20_000);
  });

  it('lets errors through at once', async () => {
    const failing = retryLostRaces(
      'revocation',
      async () => {
        throw new Error('broken');
      },
      timing(1),
    );
    await expect(failing).rejects.toThrow('broken');
  });
});
