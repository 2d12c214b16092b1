import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAttempts } from './attempts.ts';

const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
const broken = Object.assign(new Error('broken'), { code: 'ECONNRESET' });
const refused = Object.assign(new Error('no'), { name: 'AccessDeniedException' });

function setUp({ random = 0.5, remainingMs = () => Number.POSITIVE_INFINITY } = {}) {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  const withAttempts = createAttempts({ deadline: { remainingMs }, sleep, random: () => random });
  /** Fails this many times; answers how often it was tried, and what came of it. */
  async function run(failures: number, error: Error, isGivenUp = () => false) {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      if (tries <= failures) throw error;
      return 'answer';
    };
    const outcome = await withAttempts(attempt, isGivenUp).catch((reason: unknown) => reason);
    return { tries, outcome };
  }
  return { run, waits };
}

it.each([
  ['a throttle', throttled, 500],
  ['a broken connection', broken, 100],
])('waits after %s a random time up to a bound that doubles', async (_, error, baseMs) => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
      const { run, waits } = setUp({ random });
      expect(await run(2, error)).toEqual({ tries: 3, outcome: 'answer' });
      expect(waits).toEqual([Math.floor(random * baseMs), Math.floor(random * baseMs * 2)]);
    }),
  );
});

describe('a request', () => {
  it('is tried three times in all', async () => {
    expect(await setUp().run(9, broken)).toEqual({ tries: 3, outcome: broken });
  });

  it('is tried once when nothing would change', async () => {
    expect(await setUp().run(9, refused)).toEqual({ tries: 1, outcome: refused });
  });

  it('is not tried again when the wait would end after the deadline', async () => {
    const { run, waits } = setUp({ remainingMs: () => 50 });
    expect(await run(9, broken)).toEqual({ tries: 1, outcome: broken });
    expect(waits).toEqual([]);
  });

  it('is not tried again once it was given up', async () => {
    const left = [false, false, true];
    const { tries, outcome } = await setUp().run(9, broken, () => left.shift() ?? true);
    expect({ tries, outcome }).toMatchObject({ tries: 1, outcome: { name: 'DeadlineError' } });
  });
});

it('stops trying again after a hundred retries that helped nothing, and goes on as requests succeed', async () => {
  const { run } = setUp();
  const tries: number[] = [];
  for (let time = 0; time < 51; time += 1) tries.push((await run(9, broken)).tries);
  expect(tries).toEqual([...Array<number>(50).fill(3), 1]);
  for (let time = 0; time < 5; time += 1) await run(0, broken);
  expect((await run(9, broken)).tries).toBe(2);
});
