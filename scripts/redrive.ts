import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { createOperatorClients, type OperatorClients } from '@cloakroom/aws/operator';
import { parseMessage } from '@cloakroom/events';
import { type EnvironmentName, environmentOf } from '@cloakroom/terraform';
import { describeDeadChange } from './dead-change.ts';
import { type DeadLetterQueue, deadLetterQueue, type Letter } from './dead-letter-queue.ts';
import { integerOption } from './integer-option.ts';
import { moveChange, moveEvent, moveLetters } from './move-letters.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ACTIONS = ['count', 'peek', 'move', 'purge'] as const;
const QUEUES = ['events', 'changes'] as const;
const USAGE =
  'usage: scripts/redrive <environment>|--local count|peek|move|purge [events|changes] ' +
  '[--limit 10] [--yes] [--aws-port 4566]';
const MAX_LIMIT = 100;
const PROGRESS_EVERY_MS = 2000;

type QueueName = (typeof QUEUES)[number];

interface Options {
  /** Undefined for that of scripts/dev. */
  readonly environment: EnvironmentName | undefined;
  readonly awsPort: number;
  readonly action: (typeof ACTIONS)[number];
  readonly queues: readonly QueueName[];
  readonly limit: number;
  readonly yes: boolean;
}

/** Where everything is. */
interface Place {
  readonly clients: OperatorClients;
  readonly eventsQueueUrl: string;
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>;
  readonly recordChanges: string;
}

function parseOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      local: { type: 'boolean', default: false },
      'aws-port': { type: 'string', default: '4566' },
      limit: { type: 'string', default: '10' },
      yes: { type: 'boolean', default: false },
    },
  });
  const [environment, actionName, queueName, ...more] = values.local ? [undefined, ...positionals] : positionals;
  const action = ACTIONS.find((name) => name === actionName);
  const queue = QUEUES.find((name) => name === queueName);
  const isComplete = (values.local || environment !== undefined) && queue === queueName && more.length === 0;
  if (action === undefined || !isComplete) throw new Error(USAGE);
  if (environment !== undefined) environmentOf(environment);
  if (action === 'purge' && queue === undefined) throw new Error('purge one of them: events or changes');
  return {
    environment,
    awsPort: integerOption('--aws-port', values['aws-port'], 65_535),
    action,
    queues: queue === undefined ? QUEUES : [queue],
    limit: integerOption('--limit', values.limit, MAX_LIMIT),
    yes: values.yes,
  };
}

async function localPlace(awsPort: number): Promise<Place> {
  const endpoint = `http://127.0.0.1:${awsPort}`;
  const clients = createOperatorClients({ region: environmentOf('dev').region, endpoint });
  const url = async (name: string) => {
    const command = new GetQueueUrlCommand({ QueueName: `cloakroom-dev-${name}` });
    const { QueueUrl = '' } = await clients.sqs.send(command).catch((cause: unknown) => {
      throw new Error(`no local AWS answers at ${endpoint}: start scripts/dev`, { cause });
    });
    return QueueUrl;
  };
  const deadLetterUrls = { events: await url('events-dlq'), changes: await url('changes-dlq') };
  return {
    clients,
    eventsQueueUrl: await url('events'),
    deadLetterUrls,
    recordChanges: 'cloakroom-dev-record-changes',
  };
}

function deployedPlace(environment: EnvironmentName): Place {
  const folder = join(ROOT, 'terraform/environments', environment);
  const { error, status, stdout, stderr } = spawnSync('terraform', ['output', '-json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('terraform cannot be run: is it installed?', { cause: error });
  if (status !== 0) throw new Error(`terraform output failed in ${folder}: ${stderr}`);
  const outputs: Outputs = JSON.parse(stdout);
  const { QueueUrl, DeadLetterQueueUrls, FunctionNames } = outputs;
  const recordChanges = FunctionNames?.value['record-changes'];
  if (QueueUrl === undefined || DeadLetterQueueUrls === undefined || recordChanges === undefined) {
    throw new Error(`${environment} has no such outputs: apply it first (scripts/deploy ${environment})`);
  }
  return {
    clients: createOperatorClients({ region: environmentOf(environment).region }),
    eventsQueueUrl: QueueUrl.value,
    deadLetterUrls: DeadLetterQueueUrls.value,
    recordChanges,
  };
}

/** Of `terraform output -json`, where the environment has been applied. */
interface Outputs {
  readonly QueueUrl?: { readonly value: string };
  readonly DeadLetterQueueUrls?: { readonly value: Readonly<Record<QueueName, string>> };
  readonly FunctionNames?: { readonly value: Readonly<Record<string, string>> };
}

/** Returns whether all that was wanted was done. */
async function redrive(name: QueueName, place: Place, options: Options): Promise<boolean> {
  const queue = deadLetterQueue(place.clients.sqs, place.deadLetterUrls[name]);
  switch (options.action) {
    case 'count':
      console.log(`${name}: ${await queue.count()}`);
      return true;
    case 'peek':
      return peek(name, queue, options.limit);
    case 'move':
      return move(name, queue, place);
    case 'purge':
      return purge(name, queue, options.yes);
  }
}

async function peek(name: QueueName, queue: DeadLetterQueue, limit: number): Promise<true> {
  const about = await queue.count();
  const seen: Letter[] = [];
  try {
    for await (const letters of queue.take()) {
      seen.push(...letters);
      if (seen.length >= limit) break;
    }
  } finally {
    await queue.release(seen);
  }
  console.log(`${name}: ${about}${about > limit ? `, of which ${limit}` : ''}`);
  const describe = name === 'events' ? describeEvent : describeDeadChange;
  for (const { sentMs, body } of seen.slice(0, limit)) {
    console.log(`  ${new Date(sentMs).toISOString()}  ${describe(body)}`);
  }
  return true;
}

/** What kind of event it is: not whose, and nothing of what is in it. */
function describeEvent(body: string): string {
  try {
    const { id, type, occurredAt } = parseMessage(body);
    return `${type} ${id}, of ${occurredAt}`;
  } catch (error) {
    return `no event (${Buffer.byteLength(body)} B): ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function move(name: QueueName, queue: DeadLetterQueue, place: Place): Promise<boolean> {
  const about = await queue.count();
  const { clients, eventsQueueUrl, recordChanges } = place;
  const moveLetter = name === 'events' ? moveEvent(clients.sqs, eventsQueueUrl) : moveChange(clients, recordChanges);
  let saidMs = performance.now();
  const { moved, stays } = await moveLetters(queue, moveLetter, (count) => {
    if (performance.now() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = performance.now();
    console.error(`cloakroom: moved ${count} of about ${about}`);
  });
  console.log(`${name}: moved ${moved}`);
  for (const [reason, count] of stays) console.error(`cloakroom: ${count} of the ${name} stay: each ${reason}`);
  return stays.size === 0;
}

async function purge(name: QueueName, queue: DeadLetterQueue, yes: boolean): Promise<true> {
  const about = await queue.count();
  const question = `Delete about ${about} dead letters of ${name} for good? Only "yes" does: `;
  if (!yes && !(await confirm(question))) console.log('nothing deleted');
  else {
    await queue.purge();
    console.log(`${name}: deleted all; SQS may take a minute`);
  }
  return true;
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('there is nobody to ask: pass --yes to delete');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(question);
  prompt.close();
  return answer.trim() === 'yes';
}

try {
  const options = parseOptions();
  const { environment, awsPort } = options;
  const place = environment === undefined ? await localPlace(awsPort) : deployedPlace(environment);
  for (const name of options.queues) {
    if (!(await redrive(name, place, options))) process.exitCode = 1;
  }
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
