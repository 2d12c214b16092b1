import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { amazonsClient } from '@cloakroom/local/runtime-process';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, type Measurement, rowsOf, type Samples, type Variant } from '../../scripts/bench-rounds.ts';
import { type ColdStart, type ColdStartWorld, startColdStartWorld } from '../cold-starts/cold-start.ts';
import { plainStart } from '../cold-starts/plain-start.ts';
import { runtimeStart } from '../cold-starts/runtime-start.ts';

const DIST = resolve(import.meta.dirname, '../../dist');
const EMPTY = 'an empty module';
const WARM_UP_ROUNDS = 1;
/** A start is short, and what else the machine does is much: the medians need more of them. */
const ROUNDS_FACTOR = 2;
/** Under `--quick`: the hot one, one that reads, and the largest. */
const QUICK: readonly string[] = ['authorizer', 'list-events', 'token-handler'];

type Metric = 'loadCpu' | 'load' | 'answerCpu' | 'answer';

export const part: Part = {
  letter: 'b',
  title: 'Cold starts',
  measures:
    'From the start of the process until the bundle has loaded, and until its first request is answered: CPU (user and system, all ' +
    'threads) and time. Requests do what each function is there for; AWS is a process of this machine, without TLS. Under Node alone, ' +
    "and under Amazon's runtime client (aws-lambda-ric).",
  run,
};

async function run({ rounds, isQuick, folder, progress }: BenchContext): Promise<readonly Row[]> {
  const world = await startColdStartWorld(folder);
  const client = amazonsClient();
  if (client === undefined) progress('aws-lambda-ric is not installed here: Node alone is measured');
  try {
    const names = readdirSync(resolve(DIST, '../functions')).filter((name) => !isQuick || QUICK.includes(name));
    const functions = [emptyFunction(folder), ...names.map((name) => builtFunction(name, world))];
    const many = { rounds: rounds * ROUNDS_FACTOR, warmUpRounds: WARM_UP_ROUNDS, progress };
    const plain = await interleave(
      functions.map((one) => variantOf(one, world, plainStart)),
      many,
    );
    const rows = rowsAbout(plain, 'Node');
    if (client === undefined) return rows;
    const start: Start = (options) => runtimeStart(options, client);
    const underClient = await interleave(
      functions.map((one) => variantOf(one, world, start)),
      many,
    );
    return [...rows, ...rowsAbout(underClient, 'client')];
  } finally {
    world.stop();
  }
}

interface Measured {
  readonly name: string;
  readonly bundle: string;
  readonly request: ColdStartWorld['requests'][string];
}
type Start = (options: Parameters<typeof plainStart>[0]) => Promise<Pick<ColdStart, 'loaded' | 'answered'>>;

function emptyFunction(folder: string): Measured {
  const bundle = join(folder, 'empty/index.mjs');
  mkdirSync(dirname(bundle));
  writeFileSync(bundle, 'export const handler = async () => ({});\n');
  return { name: EMPTY, bundle, request: { event: {}, answer: /^\{\}$/ } };
}

/** @throws Error for a function whose first request is not written down */
function builtFunction(name: string, { requests }: ColdStartWorld): Measured {
  const request = requests[name];
  if (request === undefined) throw new Error(`bench/cold-starts/first-requests.ts has no request of ${name}`);
  return { name, bundle: join(DIST, name, 'index.mjs'), request };
}

function variantOf({ name, ...what }: Measured, { env }: ColdStartWorld, start: Start): Variant<Metric> {
  return {
    name,
    async measure(): Promise<Measurement<Metric>> {
      const { loaded, answered } = await start({ ...what, env });
      return { loadCpu: loaded.cpuMs, load: loaded.wallMs, answerCpu: answered.cpuMs, answer: answered.wallMs };
    },
  };
}

function rowsAbout(samples: Samples<Metric>, how: string): readonly Row[] {
  const row = (metric: Metric, unit: string, what: string) =>
    rowsOf(samples, { metric, unit, baselines: [EMPTY], suffix: `, ${what} (${how})` });
  return [
    ...row('loadCpu', 'ms CPU', 'loaded'),
    ...row('answerCpu', 'ms CPU', 'answered'),
    ...row('load', 'ms', 'loaded'),
    ...row('answer', 'ms', 'answered'),
  ];
}
