import { join } from 'node:path';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { type RunningWorld, startWorld, WORKER } from '../authorization/start-world.ts';
import { type AuthorizationVariant, FLOOR, OURS, USUAL, VARIANTS } from '../authorization/variants.ts';
import type { Batch, Measured } from '../authorization/worker.ts';
import { freshToken } from '../authorization/world.ts';
import { type Child, startChild } from '../child.ts';

/** Short rounds, and more of them than others have: what disturbs some leaves the medians alone. */
const [REQUESTS, QUICK_REQUESTS] = [250, 150];
const ROUNDS_FACTOR = 2;
/** The compilers are done after about 3000 requests. */
const WARM_UP_ROUNDS = 12;

export const part: Part = {
  letter: 'a',
  title: 'One authorization',
  measures:
    'CPU (user and system, all threads of the process) and time of a request, one after the other: RS256, the built bundle, ' +
    'a fake DynamoDB in another process that checks the signature and answers with one item over HTTP that is kept alive. ' +
    'Each variant is a process of its own, and its log, if it has one, goes into a file. A fresh token is one that the process has not seen.',
  run,
};

async function run(context: BenchContext): Promise<readonly Row[]> {
  const { progress } = context;
  const rounds = context.rounds * ROUNDS_FACTOR;
  const world = await startWorld(context.folder);
  const workers: Child[] = [];
  try {
    progress('signing tokens');
    const requests = context.isQuick ? QUICK_REQUESTS : REQUESTS;
    const batches = Array.from({ length: rounds + WARM_UP_ROUNDS }, () =>
      Array.from({ length: requests }, () => freshToken(world)),
    );
    const variants: Variant<keyof Measured>[] = [];
    for (const variant of VARIANTS) {
      const logFile = variant.isLogRead ? {} : { logFile: join(context.folder, 'log') };
      const worker = await startChild(WORKER, [variant.module], { env: { ...world.env, ...variant.env }, ...logFile });
      workers.push(worker);
      variants.push(variantOf(variant, { worker, world, batches: batches.values() }));
    }
    const samples = await interleave(variants, { rounds, warmUpRounds: WARM_UP_ROUNDS, progress });
    const namesOf = (isAccepted: boolean) =>
      VARIANTS.filter(({ outcome }) => (outcome === 'allowed') === isAccepted).map(({ name }) => name);
    const toTheOthers = { of: namesOf(true), baselines: [FLOOR, USUAL] };
    const toOurs = { of: namesOf(false), baselines: [OURS] };
    return [
      ...rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', ...toTheOthers }),
      ...rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', ...toOurs }),
      ...rowsOf(samples, { metric: 'wallUs', unit: 'µs', ...toTheOthers, suffix: ', time' }),
    ];
  } finally {
    for (const worker of workers) worker.stop();
    world.stop();
  }
}

interface Parts {
  readonly worker: Child;
  readonly world: RunningWorld;
  readonly batches: Iterator<readonly string[]>;
}

function variantOf(variant: AuthorizationVariant, { worker, world, batches }: Parts): Variant<keyof Measured> {
  const { name, credentialOf, outcome, reads } = variant;
  let isFirst = true;
  return {
    name,
    async measure() {
      const tokens: readonly string[] = batches.next().value ?? [];
      const batch: Batch = { credentials: tokens.map((token) => credentialOf(world, token)), outcome };
      const measurement = (await worker.ask(batch)) as Measured;
      const requests = await world.takeRequests();
      // The first batch also reads the keys.
      if (!isFirst && requests !== reads * tokens.length) {
        throw new Error(`${name}: ${tokens.length} requests made ${requests} of DynamoDB, not ${reads} each`);
      }
      isFirst = false;
      return measurement;
    },
  };
}
