import { expect, it } from '@jest/globals';
import { createEnvironmentPool } from './environment-pool.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';

const request = { payload: '{}', functionArn: 'arn', version: '1' };

/** A pool of one place, and what its environments are told to do after they have answered. */
function setUp() {
  const started: { askForMore(): void; end(): void }[] = [];
  const start = async (): Promise<ExecutionEnvironment> => {
    const settled = Promise.withResolvers<void>();
    let isEnded = false;
    const name = started.length;
    const end = () => {
      isEnded = true;
      settled.resolve();
    };
    started.push({ askForMore: settled.resolve, end });
    return {
      run: async () => ({ payload: String(name), failed: false, durationMs: 1, logTail: '' }),
      settled: () => settled.promise,
      isEnded: () => isEnded,
      stop: async () => end(),
    };
  };
  const pool = createEnvironmentPool(start, 1);
  return { started, run: async () => (await pool.run(request)).payload };
}

it('gives an environment more work when its runtime asks for it', async () => {
  const { started, run } = setUp();
  expect(await run()).toBe('0');
  const next = run();
  started[0]?.askForMore();
  expect(await next).toBe('0');
});

it('starts another one for the work that comes while one ends after its answer', async () => {
  const { started, run } = setUp();
  expect(await run()).toBe('0');
  const next = run();
  started[0]?.end();
  expect(await next).toBe('1');
});
