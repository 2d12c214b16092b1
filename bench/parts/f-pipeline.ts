import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { cpuByPart } from '../pipeline/cpu-by-part.ts';
import { postEvents } from '../pipeline/post-events.ts';
import { type SignedIn, signIn } from '../pipeline/sign-in.ts';
import { type RunningDev, startDev } from '../pipeline/start-dev.ts';
import { waitForEvents } from '../pipeline/stored-events.ts';

const USERS = 8;
const CONCURRENCY = 16;
const [EVENTS, QUICK_EVENTS] = [2000, 500];
const WARM_UP_ROUNDS = 2;
/** Longer than a message that failed stays hidden: what is missing then is lost. */
const STORED_WITHIN_MS = 90_000;
const PARTS_OF_CPU = ['gateway', 'dynamodb', 'store-event', 'authorizer', 'enqueue-event'] as const;

export const part: Part = {
  letter: 'f',
  title: 'The event pipeline',
  measures:
    `The local AWS with all its processes on this machine: ${USERS} signed-in users post events over HTTP, ${CONCURRENCY} requests under way, one ` +
    'event in each or a list of ten. Time from the first request until the table has every event; CPU (user and system) of all processes, ' +
    'and of each. Lost is what was answered 202 and is not in the table, twice what is there besides.',
  run,
};

type Metric = 'perSecond' | 'cpuMs' | 'lost' | 'twice' | (typeof PARTS_OF_CPU)[number];

interface World extends SignedIn {
  readonly dev: RunningDev;
  readonly dynamodb: DynamoDBClient;
}

async function run({ folder, rounds, isQuick, progress }: BenchContext): Promise<readonly Row[]> {
  progress('starting the local AWS');
  const dev = await startDev(join(folder, 'data'));
  try {
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const dynamodb = new DynamoDBClient({ endpoint: dev.aws, region: 'eu-central-1', credentials });
    const world = { dev, dynamodb, ...(await signIn(dev, USERS)) };
    const events = isQuick ? QUICK_EVENTS : EVENTS;
    const variants = [1, 10].map((eventsPerRequest) => variantOf(world, { events, eventsPerRequest }));
    const samples = await interleave(variants, { rounds, warmUpRounds: WARM_UP_ROUNDS, progress });
    dynamodb.destroy();
    return [
      ...rowsOf(samples, { metric: 'perSecond', unit: 'events/s' }),
      ...rowsOf(samples, { metric: 'cpuMs', unit: 'ms CPU/event' }),
      ...PARTS_OF_CPU.flatMap((metric) => rowsOf(samples, { metric, unit: 'ms CPU/event', suffix: `, ${metric}` })),
      ...rowsOf(samples, { metric: 'lost', unit: 'events', suffix: ', lost' }),
      ...rowsOf(samples, { metric: 'twice', unit: 'events', suffix: ', twice' }),
    ];
  } finally {
    await dev.stop();
  }
}

interface Size {
  readonly events: number;
  readonly eventsPerRequest: number;
}

function variantOf({ dev, dynamodb, tokens, userKeys }: World, { events, eventsPerRequest }: Size): Variant<Metric> {
  return {
    name: eventsPerRequest === 1 ? 'one event a request' : `${eventsPerRequest} events a request`,
    async measure() {
      const load = {
        api: dev.api,
        tokens,
        requests: events / eventsPerRequest,
        eventsPerRequest,
        concurrency: CONCURRENCY,
      };
      const sinceMs = Date.now();
      const cpuBefore = cpuByPart(dev.pid);
      const startedMs = performance.now();
      const ids = await postEvents(load);
      const posted = { userKeys, sinceMs, count: ids.length, withinMs: STORED_WITHIN_MS };
      const stored = await waitForEvents(dynamodb, posted);
      const seconds = (performance.now() - startedMs) / 1000;
      const cpu = cpuByPart(dev.pid);
      const cpuOf = (name: string) => ((cpu.get(name) ?? 0) - (cpuBefore.get(name) ?? 0)) / events;
      const there = new Set(stored);
      const lost = ids.filter((id) => !there.has(id)).length;
      return {
        perSecond: events / seconds,
        cpuMs: [...cpu.keys()].reduce((sum, name) => sum + cpuOf(name), 0),
        lost,
        twice: stored.length - (ids.length - lost),
        gateway: cpuOf('gateway'),
        dynamodb: cpuOf('dynamodb'),
        'store-event': cpuOf('store-event'),
        authorizer: cpuOf('authorizer'),
        'enqueue-event': cpuOf('enqueue-event'),
      };
    },
  };
}
