import { describe, expect, it } from '@jest/globals';
import { ConflictError } from './errors.ts';
import { retryLostRaces } from './lost-races.ts';

function timing(random: number) {
  const waitsMs: number[] = [];
  return { waitsMs, random: () => random, sleep: async (ms: number) => void waitsMs.push(ms) };
}

describe('losing races', () => {
  it('is not waited for by the first to come', async () => {
    const times = timing(1);
    expect(await retryLostRaces(async () => 'won', times)).toBe('won');
    expect(times.waitsMs).toEqual([]);
  });

  it('goes on until one is won', async () => {
    const times = timing(0.5);
    let attempts = 0;
    const result = await retryLostRaces(async () => {
      attempts += 1;
      return attempts < 3 ? undefined : attempts;
    }, times);
    expect(result).toBe(3);
    expect(times.waitsMs).toEqual([10, 20]);
  });

  it('ends with a conflict, after at most 2 s of waiting', async () => {
    const times = timing(1);
    await expect(retryLostRaces(async () => undefined, times)).rejects.toThrow(ConflictError);
    expect(times.waitsMs).toEqual([20, 40, 80, 160, 320, 500, 500]);
  });

  it('lets errors through at once', async () => {
    const failing = retryLostRaces(async () => {
      throw new Error('broken');
    }, timing(1));
    await expect(failing).rejects.toThrow('broken');
  });
});
