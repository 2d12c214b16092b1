import { recordTelemetry } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryCredentials } from './retry-credentials.ts';

const refusal = Object.assign(new Error('no'), { name: 'ExpiredToken' });

/** A request that is refused this many times, with replaceable credentials; answers what happened. */
async function run(options: { refusals: number; random?: number; remainingMs?: () => number }) {
  const { refusals, random = 0.5, remainingMs = () => Number.POSITIVE_INFINITY } = options;
  const seen = { requests: 0, replacements: 0, waits: [] as number[], error: undefined as unknown };
  const source = {
    get: async () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
    async replace() {
      seen.replacements += 1;
      return true;
    },
  };
  const sleep = async (ms: number) => {
    seen.waits.push(ms);
  };
  const deadline = { start() {}, remainingMs };
  const middleware = retryCredentials({ source, deadline, sleep, random: () => random, telemetry: recordTelemetry() });
  const request = middleware(async () => {
    seen.requests += 1;
    if (seen.requests <= refusals) throw refusal;
    return { response: {}, output: {} };
  }, {});
  await request({ input: {} }).catch((error: unknown) => {
    seen.error = error;
  });
  return seen;
}

it('waits a random time up to a bound that doubles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
      const { waits, error } = await run({ refusals: 2, random });
      expect(error).toBeUndefined();
      expect(waits).toEqual([Math.floor(random * 200), Math.floor(random * 400)]);
    }),
  );
});

it('makes three attempts in all, and then throws what AWS said', async () => {
  expect(await run({ refusals: 9 })).toMatchObject({ requests: 3, replacements: 2, error: refusal });
});

it('neither replaces nor waits when there is no time for another attempt', async () => {
  const seen = await run({ refusals: 9, remainingMs: () => 100 });
  expect(seen).toMatchObject({ requests: 1, replacements: 0, waits: [], error: refusal });
});

it('does not wait when the replacement has taken the time', async () => {
  const left = [1000, 50];
  const seen = await run({ refusals: 9, remainingMs: () => left.shift() ?? 0 });
  expect(seen).toMatchObject({ requests: 1, replacements: 1, waits: [], error: refusal });
});
