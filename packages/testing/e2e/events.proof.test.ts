import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutOffInvocation } from './cut-off-invocation.ts';
import { bearer, type Dev, eventually, get, post, request, startDev } from './dev.ts';

const CLIENTS = 20;
const EVENTS = 2000;
const BATCH = 10;
/** How often a process is killed at work: less often than a message may be received. */
const CUT_OFFS = 3;
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
  // Five receives take a minute: it goes first, and the load around it must not mind.
  const QueueUrl = await queueUrl('cloakroom-dev-events');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
});
afterAll(async () => {
  sqs?.destroy();
  await dev?.stop();
});

describe('the event pipeline', () => {
  it('stores 2,000 events of 20 clients exactly once each, though its consumer is killed on the way', async () => {
    const tokens = await Promise.all(Array.from({ length: CLIENTS + 1 }, (_, index) => signIn(`user${index}`)));
    const send = async (index: number): Promise<string[]> => {
      const events = Array.from({ length: BATCH }, (_, n) => ({ type: 'load.test', data: { n } }));
      const answer = await post(`${dev.api}/users/user${index}/events`, tokens[index] ?? '', events);
      expect(answer.status).toBe(202);
      return answer.body.data.ids;
    };
    const sent: string[][] = tokens.map(() => []);
    const sending = Array.from({ length: CLIENTS }, async (_, index) => {
      for (let count = 0; count < EVENTS / CLIENTS; count += BATCH) sent[index]?.push(...(await send(index)));
    });
    const killing = async () => {
      for (let round = 0; round < CUT_OFFS; round += 1) {
        await cutOffInvocation(dev, 'cloakroom-dev-store-event', async () => {
          sent[CLIENTS]?.push(...(await send(CLIENTS)));
        });
      }
    };
    await Promise.all([...sending, killing()]);
    expect(new Set(sent.slice(0, CLIENTS).flat()).size).toBe(EVENTS);
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

  it('tells every change of a session exactly once, though its recorder is killed again and again', async () => {
    const users = Array.from({ length: 10 }, (_, index) => `changing${index}`);
    const admin = await signIn('admin');
    const cutShort: string[][] = [];
    const killing = async () => {
      for (let round = 0; round < CUT_OFFS; round += 1) {
        await cutOffInvocation(dev, 'cloakroom-dev-record-changes', async () => {
          cutShort.push(await changeSessions('cut-short', 1));
        });
      }
    };
    const changing = Promise.all(users.map((user) => changeSessions(user, 3)));
    const [expected] = await Promise.all([changing, killing()]);

    // What comes after them all in the stream: when it is listed, nothing of before is still to come.
    const last = await changeSessions('last', 1);
    await eventually(
      'the last change',
      async () => (await changesOf('last', admin)).length === last.length || undefined,
    );
    for (const [index, user] of users.entries()) expect(await changesOf(user, admin)).toEqual(expected[index]);
    expect(await changesOf('cut-short', admin)).toEqual(cutShort.flat().sort());
  });

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

/** Begins and ends so many sessions of a user; returns what must be told of it, in the order of `changesOf`. */
async function changeSessions(user: string, count: number): Promise<string[]> {
  const changes: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const token = await dev.newLogin(user);
    const { body } = await post(`${dev.api}/users/${user}/sessions`, token);
    const { sessionId } = body.data;
    const url = `${dev.api}/sessions/${sessionId}`;
    expect((await request(url, { method: 'DELETE', headers: bearer(token) })).status).toBe(200);
    changes.push(`session.created ${sessionId}`, `session.revoked ${sessionId}`);
  }
  return changes.sort();
}

/** Every change in the list, as often as it is there. */
async function changesOf(user: string, token: string): Promise<string[]> {
  const { body } = await get(`${dev.api}/users/${user}/events?limit=100`, token);
  return body.data.events
    .map(({ type, data }: { type: string; data: { sessionId: string } }) => `${type} ${data.sessionId}`)
    .sort();
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
