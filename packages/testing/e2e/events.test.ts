import { execFileSync } from 'node:child_process';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dev, eventually, get, post, startDev } from './dev.ts';

const CLIENTS = 20;
const EVENTS = 2000;
const BATCH = 10;
const POISON = '{"poison":';

let dev: Dev;
let sqs: SQSClient;
beforeAll(async () => {
  dev = await startDev();
  sqs = new SQSClient({
    endpoint: dev.aws,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
  });
  // Five receives take a minute and a half: it goes first, and the load around it must not mind.
  const QueueUrl = await queueUrl('cloakroom-dev-events');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
}, 120_000);
afterAll(async () => {
  sqs?.destroy();
  await dev?.stop();
});

describe('the event pipeline', () => {
  it('stores 2,000 events of 20 clients exactly once each, though its consumer is killed on the way', async () => {
    const tokens = await Promise.all(Array.from({ length: CLIENTS }, (_, index) => signIn(`user${index}`)));
    const sent = await Promise.all(
      tokens.map(async (token, index) => {
        const ids: string[] = [];
        for (let count = 0; count < EVENTS / CLIENTS; count += BATCH) {
          if (index === 0 && count === 50) killConsumers();
          const events = Array.from({ length: BATCH }, (_, n) => ({ type: 'load.test', data: { n: count + n } }));
          const answer = await post(`${dev.api}/users/user${index}/events`, token, events);
          expect(answer.status).toBe(202);
          ids.push(...answer.body.data.ids);
        }
        return ids;
      }),
    );
    expect(new Set(sent.flat()).size).toBe(EVENTS);
    for (const [index, ids] of sent.entries()) {
      const stored = await eventually(
        `all events of user${index}`,
        async () => {
          const listed = await listAll(index, tokens[index] ?? '');
          return listed.length >= ids.length ? listed : undefined;
        },
        60_000,
      );
      expect([...stored].sort()).toEqual([...ids].sort());
      expect(stored).toEqual([...stored].sort().reverse());
    }
  }, 180_000);

  it('moves a poison message to the dead-letter queue, and nothing else', async () => {
    await eventually(
      'the poison in the dead-letter queue',
      async () => ((await depth('cloakroom-dev-events-dlq')) === 1 ? true : undefined),
      150_000,
    );
    const QueueUrl = await queueUrl('cloakroom-dev-events-dlq');
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: POISON }]);
    expect(await depth('cloakroom-dev-events')).toBe(0);
  }, 180_000);
});

async function signIn(user: string): Promise<string> {
  const token = await dev.token(user);
  expect((await post(`${dev.api}/users/${user}/sessions`, token)).status).toBe(200);
  return token;
}

/** Ends every process of `store-event` as the kernel would when memory runs out. */
function killConsumers(): void {
  const own = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
  const pids = own.filter((line) => line.includes('index.handler')).map((line) => Number.parseInt(line, 10));
  const consumers = pids.filter((pid) =>
    environmentOf(pid).includes('AWS_LAMBDA_FUNCTION_NAME=cloakroom-dev-store-event'),
  );
  expect(consumers.length).toBeGreaterThan(0);
  for (const pid of consumers) process.kill(pid, 'SIGKILL');
}

function environmentOf(pid: number): string[] {
  try {
    const all = execFileSync('cat', [`/proc/${pid}/environ`], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\0');
    return all.includes(`AWS_ENDPOINT_URL=${dev.aws}`) ? all : [];
  } catch {
    return [];
  }
}

/** Ids of the client's events; that a session was made is an event of the system. */
async function listAll(index: number, token: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await get(`${dev.api}/users/user${index}/events?limit=100${query}`, token);
    const listed: { id: string; source: string }[] = body.data.events;
    ids.push(...listed.filter(({ source }) => source === 'client').map(({ id }) => id));
    cursor = body.data.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

async function queueUrl(name: string): Promise<string> {
  return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
}

/** Messages in a queue, in flight or not. */
async function depth(name: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({
    QueueUrl: await queueUrl(name),
    AttributeNames: [...AttributeNames],
  });
  const { Attributes } = await sqs.send(command);
  return AttributeNames.reduce((sum, attribute) => sum + Number(Attributes?.[attribute] ?? Number.NaN), 0);
}
