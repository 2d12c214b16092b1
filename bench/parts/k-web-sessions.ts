import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal } from '@cloakroom/local';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { buildExpressSession } from '../../scripts/build-express-session.ts';
import { createTable } from '../checks/session-table.ts';
import type { Checks, Measured } from '../checks/worker.ts';
import { type Child, startChild } from '../child.ts';

/** Where it finds express-session as an app would: beside it. */
const STORE = join(import.meta.dirname, '../dist/express-session');
const WORKER = join(import.meta.dirname, '../checks/worker.ts');
const [CHECKS, QUICK_CHECKS] = [1000, 300];
const IN_FLIGHT = 8;
const WARM_UP_ROUNDS = 3;
const REGION = 'eu-central-1';

const [CONNECT, NO_TOUCH] = ['connect-dynamodb', 'connect-dynamodb, no touch'];

export const part: Part = {
  letter: 'k',
  title: 'Sessions of express-session',
  measures:
    `Requests of people who have signed in, through express-session, a second, ${IN_FLIGHT} in flight, on the same DynamoDB Local, each store in a ` +
    'process of its own; and CPU of that process for each. Ours is the built package, as it is by default, with a client of the app, and writing ' +
    'every use. connect-dynamodb is as it is by default, writing every use, and with its touch taken away. `resave` is off.',
  run,
};

async function run(context: BenchContext): Promise<readonly Row[]> {
  const { rounds, progress, folder } = context;
  progress('building the store, starting DynamoDB Local');
  await buildExpressSession(STORE);
  const local = await startDynamoDbLocal();
  const workers: Child[] = [];
  try {
    const env = await environment(local.endpoint);
    const checks: Checks = { count: context.isQuick ? QUICK_CHECKS : CHECKS, inFlight: IN_FLIGHT };
    const variants: Variant<keyof Measured>[] = [];
    for (const { name, module, more } of VARIANTS) {
      const file = join(import.meta.dirname, '../baselines', module);
      const worker = await startChild(WORKER, [file], { env: { ...env, ...more }, logFile: join(folder, 'log') });
      workers.push(worker);
      variants.push({ name, measure: async () => (await worker.ask(checks)) as Measured });
    }
    const samples = await interleave(variants, { rounds, warmUpRounds: WARM_UP_ROUNDS, progress });
    return [
      ...rowsOf(samples, { metric: 'perSecond', unit: 'requests/s', baselines: [CONNECT, NO_TOUCH] }),
      ...rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', baselines: [CONNECT, NO_TOUCH], suffix: ', each' }),
    ];
  } finally {
    for (const worker of workers) worker.stop();
    await local.stop();
  }
}

const VARIANTS = [
  { name: 'ours', module: '../web-sessions/ours.mjs', more: {} },
  { name: 'ours, client of the app', module: '../web-sessions/ours.mjs', more: { CLIENT: 'sdk' } },
  { name: 'ours, every use written', module: '../web-sessions/ours.mjs', more: { TOUCH_AFTER: '0' } },
  { name: CONNECT, module: 'express-session.mjs', more: {} },
  { name: NO_TOUCH, module: 'express-session.mjs', more: { TOUCH: 'false' } },
];

/** What every variant finds in its environment. The table of ours is made; connect-dynamodb makes its own. */
async function environment(endpoint: string): Promise<NodeJS.ProcessEnv> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const dynamodb = new DynamoDBClient({ endpoint, region: REGION, credentials });
  await createTable(dynamodb);
  dynamodb.destroy();
  return {
    PATH: process.env.PATH,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    STORE_PACKAGE: join(STORE, 'index.js'),
  };
}
