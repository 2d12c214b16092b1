import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal } from '@cloakroom/local';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { authorizerEnv } from '../authorization/start-world.ts';
import { createWorld } from '../authorization/world.ts';
import { createSessionTable, type Sessions } from '../checks/session-table.ts';
import type { Checks, Measured } from '../checks/worker.ts';
import { type Child, startChild } from '../child.ts';

const WORKER = join(import.meta.dirname, '../checks/worker.ts');
const OURS = join(import.meta.dirname, '../checks/ours.ts');
const [CHECKS, QUICK_CHECKS] = [1000, 300];
const IN_FLIGHT = 8;
const WARM_UP_ROUNDS = 2;

const [EXPRESS, BETTER_AUTH, BARE] = ['express-session + connect-dynamodb', 'better-auth', 'bare GetItemCommand'];

export const part: Part = {
  letter: 'd',
  title: 'Session checks',
  measures:
    `Checks of a session per second, ${IN_FLIGHT} in flight, on the same DynamoDB Local, each variant in a process of its own; and CPU ` +
    'of that process for each. Ours is the whole decision of the built authorizer, with its line in the log. express-session has ' +
    '`resave: false`: its touch writes at every request. better-auth has DynamoDB as its secondary storage, and reads twice.',
  run,
};

async function run(context: BenchContext): Promise<readonly Row[]> {
  const { rounds, progress, folder } = context;
  progress('starting DynamoDB Local');
  const local = await startDynamoDbLocal();
  const workers: Child[] = [];
  try {
    const world = createWorld();
    const env = authorizerEnv(world, { folder, endpoint: local.endpoint });
    const sessions = await createSessions(local.endpoint, world);
    const checks: Checks = { count: context.isQuick ? QUICK_CHECKS : CHECKS, inFlight: IN_FLIGHT };
    const variants: Variant<keyof Measured>[] = [];
    for (const { name, module, more } of variantsOf(sessions)) {
      const worker = await startChild(WORKER, [module], { env: { ...env, ...more }, logFile: join(folder, 'log') });
      workers.push(worker);
      variants.push({ name, measure: async () => (await worker.ask(checks)) as Measured });
    }
    const samples = await interleave(variants, { rounds, warmUpRounds: WARM_UP_ROUNDS, progress });
    return [
      ...rowsOf(samples, { metric: 'perSecond', unit: 'checks/s', baselines: [EXPRESS, BETTER_AUTH, BARE] }),
      ...rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', baselines: [BARE], suffix: ', each' }),
    ];
  } finally {
    for (const worker of workers) worker.stop();
    await local.stop();
  }
}

function variantsOf({ keys, cookies, tokens }: Sessions) {
  const baseline = (name: string) => join(import.meta.dirname, '../baselines', name);
  return [
    { name: 'ours, cookie', module: OURS, more: { CREDENTIALS: JSON.stringify(cookies) } },
    { name: 'ours, token', module: OURS, more: { CREDENTIALS: JSON.stringify(tokens) } },
    { name: BARE, module: baseline('bare-get-item.mjs'), more: { SESSION_KEYS: JSON.stringify(keys) } },
    { name: EXPRESS, module: baseline('express-session.mjs'), more: {} },
    { name: `${EXPRESS}, no touch`, module: baseline('express-session.mjs'), more: { TOUCH: 'false' } },
    { name: BETTER_AUTH, module: baseline('better-auth.mjs'), more: {} },
  ];
}

async function createSessions(endpoint: string, world: ReturnType<typeof createWorld>): Promise<Sessions> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const dynamodb = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  try {
    return await createSessionTable(dynamodb, world);
  } finally {
    dynamodb.destroy();
  }
}
