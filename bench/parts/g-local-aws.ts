import { join } from 'node:path';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { cpuByPart } from '../pipeline/cpu-by-part.ts';
import { readSessions } from '../pipeline/read-sessions.ts';
import { type SignedIn, signIn } from '../pipeline/sign-in.ts';
import { freePorts, type RunningDev, startDev } from '../pipeline/start-dev.ts';

const USERS = 8;
const CONCURRENCY = 8;
const [READS, QUICK_READS] = [2000, 500];
const WARM_UP_ROUNDS = 2;
const PARTS_OF_CPU = ['gateway', 'dynamodb', 'authorizer', 'sessions-api'] as const;

export const part: Part = {
  letter: 'g',
  title: 'The local AWS',
  measures:
    'Time from `scripts/dev` to its line "ready": the first time with an empty data directory (every function is bundled, the stack is ' +
    `synthesized), and again when nothing has changed. Authorized reads: ${USERS} users read their own sessions, ${CONCURRENCY} requests under way, ` +
    'the authorizer asked at each; CPU (user and system) of all processes on this machine, and of each.',
  run,
};

async function run(context: BenchContext): Promise<readonly Row[]> {
  return [...(await measureStarts(context)), ...(await measureReads(context))];
}

async function measureStarts({ folder, rounds, progress }: BenchContext): Promise<readonly Row[]> {
  const known = { dataDir: join(folder, 'again'), ports: await freePorts() };
  let starts = 0;
  const variants: Variant<'seconds'>[] = [
    { name: 'a first start', measure: async () => secondsToReady(join(folder, `first-${starts++}`)) },
    { name: 'a start again', measure: () => secondsToReady(known.dataDir, known.ports) },
  ];
  // The warm-up is what makes the second one a start again.
  const samples = await interleave(variants, { rounds, warmUpRounds: 1, progress });
  return rowsOf(samples, { metric: 'seconds', unit: 's' });
}

async function secondsToReady(...place: Parameters<typeof startDev>): Promise<{ seconds: number }> {
  const startedMs = performance.now();
  const dev = await startDev(...place);
  const seconds = (performance.now() - startedMs) / 1000;
  await dev.stop();
  return { seconds };
}

async function measureReads({ folder, rounds, isQuick, progress }: BenchContext): Promise<readonly Row[]> {
  const dev = await startDev(join(folder, 'reads'));
  try {
    const signedIn = await signIn(dev, USERS);
    const variant = readsOf(dev, signedIn, isQuick ? QUICK_READS : READS);
    const samples = await interleave([variant], { rounds, warmUpRounds: WARM_UP_ROUNDS, progress });
    return [
      ...rowsOf(samples, { metric: 'perSecond', unit: 'reads/s' }),
      ...rowsOf(samples, { metric: 'cpuMs', unit: 'ms CPU/read' }),
      ...PARTS_OF_CPU.flatMap((metric) => rowsOf(samples, { metric, unit: 'ms CPU/read', suffix: `, ${metric}` })),
    ];
  } finally {
    await dev.stop();
  }
}

type Metric = 'perSecond' | 'cpuMs' | (typeof PARTS_OF_CPU)[number];

function readsOf({ api, pid }: RunningDev, { tokens }: SignedIn, requests: number): Variant<Metric> {
  return {
    name: 'authorized reads',
    async measure() {
      const cpuBefore = cpuByPart(pid);
      const startedMs = performance.now();
      await readSessions({ api, tokens, requests, concurrency: CONCURRENCY });
      const seconds = (performance.now() - startedMs) / 1000;
      const cpu = cpuByPart(pid);
      const cpuOf = (name: string) => ((cpu.get(name) ?? 0) - (cpuBefore.get(name) ?? 0)) / requests;
      return {
        perSecond: requests / seconds,
        cpuMs: [...cpu.keys()].reduce((sum, name) => sum + cpuOf(name), 0),
        gateway: cpuOf('gateway'),
        dynamodb: cpuOf('dynamodb'),
        authorizer: cpuOf('authorizer'),
        'sessions-api': cpuOf('sessions-api'),
      };
    },
  };
}
