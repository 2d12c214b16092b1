import { recordTelemetry } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryCredentials } from './retry-credentials.ts';

const refusal = Object.assign(new Error('no'), { name: 'ExpiredToken' });

interface Options {
  readonly refusals: number;
  readonly random?: number;
  readonly remainingMs?: () => number;
  /** Whether a refresh gives other credentials. */
  readonly others?: boolean;
}

/** A request that is refused this many times, with replaceable credentials; answers what happened. */
async function run(options: Options) {
  const { refusals, random = 0.5, remainingMs = () => Number.POSITIVE_INFINITY, others = true } = options;
  const seen = {
    requests: 0,
    replacements: 0,
    waits: [] as number[],
    error: undefined as unknown,
    ended: [] as string[],
  };
  const source = {
    get: async () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
    async replace() {
      seen.replacements += 1;
      return others;
    },
  };
  const sleep = async (ms: number) => {
    seen.waits.push(ms);
  };
  const deadline = { start() {}, remainingMs };
  const health = { ended: (how: string) => void seen.ended.push(how) };
  const telemetry = recordTelemetry();
  const middleware = retryCredentials({ source, health, deadline, sleep, random: () => random, telemetry });
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
      expect(waits).toEqual([Math.floor(random * 100), Math.floor(random * 200)]);
    }),
  );
});

it.each([
  ['other', true, 'otherwise'],
  ['the same', false, 'refused'],
])('makes three attempts in all when a refresh gives %s credentials', async (_, others, ended) => {
  expect(await run({ refusals: 9, others })).toMatchObject({
    requests: 3,
    replacements: 2,
    ended: [ended],
    error: { code: 'CREDENTIALS_REFUSED', retryAfterSeconds: 5, attempts: 3, unchanged: !others, cause: refusal },
  });
});

it('gets through with the same credentials as soon as AWS knows them', async () => {
  const seen = await run({ refusals: 2, others: false });
  expect(seen).toMatchObject({ requests: 3, error: undefined, ended: ['otherwise'] });
});

it('neither replaces nor waits when there is no time for another attempt', async () => {
  const seen = await run({ refusals: 9, remainingMs: () => 50 });
  expect(seen).toMatchObject({ requests: 1, replacements: 0, waits: [], error: { attempts: 1, cause: refusal } });
});

it('does not wait when the replacement has taken the time', async () => {
  const left = [1000, 50];
  const seen = await run({ refusals: 9, remainingMs: () => left.shift() ?? 0 });
  expect(seen).toMatchObject({ requests: 1, replacements: 1, waits: [], error: { attempts: 1, cause: refusal } });
});
