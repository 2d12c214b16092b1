import { join } from 'node:path';
import { createCertificate } from '@cloakroom/testing';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { AUTHORIZER, type RunningWorld, startWorld, WORKER } from '../authorization/start-world.ts';
import type { Batch, Measured, Ready } from '../authorization/worker.ts';
import { freshToken } from '../authorization/world.ts';
import { startChild } from '../child.ts';

const ROUND_TRIP_MS = 1;
const WARM_UP_ROUNDS = 1;
/** A process is over after one request: many of them are needed. */
const ROUNDS_FACTOR = 3;
const [OURS, FLOOR, USUAL] = ['ours', 'floor', 'usual stack'];

export const part: Part = {
  letter: 'i',
  title: 'The first request',
  measures:
    `From the invocation to the answer, in a new process that has loaded the bundle, at a DynamoDB over TLS 1.3 that is ${ROUND_TRIP_MS} ms ` +
    'away (a proxy delays what is sent). Ours connects and fetches the keys while it loads; the floor fetches the keys; the usual ' +
    'stack does all of it at the first request. And how long the loading took, which Lambda does with a whole core.',
  run,
};

async function run({ rounds, folder, progress }: BenchContext): Promise<readonly Row[]> {
  const certificate = createCertificate(folder);
  const world = await startWorld(folder, { ...certificate, roundTripMs: ROUND_TRIP_MS });
  const env = { ...world.env, NODE_EXTRA_CA_CERTS: certificate.certificateFile };
  const baseline = (name: string) => join(import.meta.dirname, '../baselines', name);
  const modules = { [OURS]: AUTHORIZER, [FLOOR]: baseline('floor.mjs'), [USUAL]: baseline('usual-stack.mjs') };
  const variants = Object.entries(modules).map(
    ([name, module]): Variant<'firstMs' | 'firstCpuMs' | 'loadMs'> => ({
      name,
      measure: () => measure(module, { world, env, logFile: join(folder, 'log') }),
    }),
  );
  try {
    const many = rounds * ROUNDS_FACTOR;
    const samples = await interleave(variants, { rounds: many, warmUpRounds: WARM_UP_ROUNDS, progress });
    const baselines = [FLOOR, USUAL];
    return [
      ...rowsOf(samples, { metric: 'firstMs', unit: 'ms', baselines, suffix: ', first request' }),
      ...rowsOf(samples, { metric: 'firstCpuMs', unit: 'ms CPU', baselines, suffix: ', first request' }),
      ...rowsOf(samples, { metric: 'loadMs', unit: 'ms', baselines, suffix: ', loading' }),
    ];
  } finally {
    world.stop();
  }
}

interface Place {
  readonly logFile: string;
  readonly world: RunningWorld;
  readonly env: NodeJS.ProcessEnv;
}

async function measure(module: string, { world, env, logFile }: Place) {
  const child = await startChild(WORKER, [module], { env, logFile });
  try {
    const batch: Batch = { credentials: [{ authorization: `Bearer ${freshToken(world)}` }], outcome: 'allowed' };
    const { cpuUs, wallUs } = (await child.ask(batch)) as Measured;
    const { loadMs } = child.ready as Ready;
    return { firstMs: wallUs / 1000, firstCpuMs: cpuUs / 1000, loadMs };
  } finally {
    child.stop();
  }
}
