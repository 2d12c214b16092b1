import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createOperatorClients, type OperatorClients } from '@cloakroom/aws/operator';
import { jsonText, userKey, uuidv7 } from '@cloakroom/core';
import { formatMessage } from '@cloakroom/events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dev, eventually, get, post, startDev } from './dev.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SESSIONS = 'cloakroom-dev-sessions';
const EVENTS = 'cloakroom-dev-events';
const alice = { issuer: 'local', sub: 'alice' };
const later = { user_key: { S: userKey(alice) }, item: { S: 'SESSION#of-a-later-kind' }, kind: { S: 'canary' } };

let dev: Dev;
let clients: OperatorClients;
let dynamodb: DynamoDBClient;
let token: string;
beforeAll(async () => {
  dev = await startDev();
  const options = { region: 'eu-central-1', endpoint: dev.aws };
  clients = createOperatorClients(options);
  dynamodb = new DynamoDBClient({ ...options, credentials: { accessKeyId: 'k', secretAccessKey: 's' } });
  token = await dev.token('alice');
  expect(await post(`${dev.api}/users/alice/sessions`, token)).toMatchObject({ status: 200 });
  await eventually('the beginning of the session', async () => (await created())[0]);
});
afterAll(async () => {
  dynamodb?.destroy();
  for (const client of Object.values(clients ?? {})) client.destroy();
  await dev?.stop();
});

interface Listed {
  readonly id: string;
  readonly type: string;
}

async function eventsOf(): Promise<readonly Listed[]> {
  return (await get(`${dev.api}/users/alice/events`, token)).body.data.events;
}
const created = async () => (await eventsOf()).filter(({ type }) => type === 'session.created');

/** What scripts/redrive says of the local AWS, and how it ends. */
function redrive(...args: readonly string[]) {
  return runRedrive(['--local', '--aws-port', new URL(dev.aws).port, ...args]);
}

async function runRedrive(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { NODE_OPTIONS: _, ...env } = process.env;

  const child = spawn(join(ROOT, 'scripts/redrive'), args, {
    env: { ...env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

async function sendTo(name: string, MessageBody: string): Promise<void> {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** As if the beginning of the session had never been recorded; returns the id that its event had. */
async function forgetBeginning(): Promise<string> {
  const [event] = await created();
  if (event === undefined) throw new Error('it is there');
  const Key = { user_key: { S: userKey(alice) }, event_key: { S: `${event.id}#s` } };
  await dynamodb.send(new DeleteItemCommand({ TableName: EVENTS, Key }));
  expect(await created()).toEqual([]);
  return event.id;
}

async function sessionKey() {
  const { body } = await get(`${dev.api}/users/alice/sessions`, token);
  const current = body.data.sessions.find((session: { current: boolean }) => session.current);
  const [, id] = String(current.sessionId).split('.');
  return { user_key: { S: userKey(alice) }, item: { S: `SESSION#${id}` } };
}

/** Where the stream has the beginning of a session. */
async function placeOf(item: string) {
  const { Streams = [] } = await clients.streams.send(new ListStreamsCommand({ TableName: SESSIONS }));
  const streamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await clients.streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  for (const { ShardId: shardId } of StreamDescription?.Shards ?? []) {
    const from = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await clients.streams.send(new GetShardIteratorCommand(from));
    const { Records = [] } = await clients.streams.send(new GetRecordsCommand({ ShardIterator }));
    const found = Records.find(({ eventName, dynamodb: at }) => eventName === 'INSERT' && at?.Keys?.item?.S === item);
    const sequenceNumber = found?.dynamodb?.SequenceNumber;
    if (sequenceNumber === undefined) continue;
    return { streamArn, shardId, startSequenceNumber: sequenceNumber, endSequenceNumber: sequenceNumber, batchSize: 1 };
  }
  throw new Error(`the stream has no beginning of ${item}`);
}

describe('dead letters', () => {
  it('hold what the recorder does not understand, while everything else goes on', async () => {
    await dynamodb.send(new PutItemCommand({ TableName: SESSIONS, Item: later }));
    await eventually(
      'its letter',
      async () => (await redrive('count', 'changes')).stdout === 'changes: 1\n' || undefined,
    );
    const { stdout } = await redrive('peek');
    expect(stdout).toMatch(
      /^events: 0\nchanges: 1\n {2}\S+Z {2}INSERT of SESSION#of-a-lat…, \d+: .* malformed: kind\n$/,
    );
    expect(stdout).not.toContain('canary');
    const bob = await dev.token('bob');
    await post(`${dev.api}/users/bob/sessions`, bob);
    await eventually('the event of somebody else', async () => {
      const { body } = await get(`${dev.api}/users/bob/events`, bob);
      return body.data.events[0];
    });
  });

  it('stay, when moved, where they are still not understood', async () => {
    const { status, stderr } = await redrive('move', 'changes');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'cloakroom: 1 of the changes stay: each failed again: see the log of record-changes\n',
    });
    expect((await redrive('count')).stdout).toBe('events: 0\nchanges: 1\n');
    expect(await redrive('purge', 'changes')).toMatchObject({ status: 1, stderr: expect.stringContaining('--yes') });
    expect(await redrive('purge', 'changes', '--yes')).toMatchObject({ status: 0 });
    expect((await redrive('count', 'changes')).stdout).toBe('changes: 0\n');
  });

  it('of a change come back as its one event, once the release understands it', async () => {
    const Keys = await sessionKey();
    const { Item: NewImage } = await dynamodb.send(new GetItemCommand({ TableName: SESSIONS, Key: Keys }));
    const id = await forgetBeginning();
    const record = { eventName: 'INSERT', dynamodb: { Keys, NewImage, SequenceNumber: '1' } };
    const letter = JSON.stringify({ version: 1, reason: 'of a later kind', record });
    await sendTo('cloakroom-dev-changes-dlq', letter);
    await sendTo('cloakroom-dev-changes-dlq', letter);
    expect(await redrive('move', 'changes')).toMatchObject({ status: 0, stdout: 'changes: moved 2\n' });
    expect(await created()).toMatchObject([{ id }]);
  });

  it('that name a place come back from the stream, or stay when it has forgotten', async () => {
    const place = await placeOf((await sessionKey()).item.S);
    const id = await forgetBeginning();
    const requestContext = { condition: 'RetryAttemptsExhausted' };
    const letter = (info: object) => JSON.stringify({ requestContext, DDBStreamBatchInfo: info });
    await sendTo('cloakroom-dev-changes-dlq', letter(place));
    await sendTo('cloakroom-dev-changes-dlq', letter({ ...place, shardId: place.shardId?.replace(/.$/, 'x') }));
    expect(await redrive('move')).toEqual({
      status: 1,
      stdout: 'events: moved 0\nchanges: moved 1\n',
      stderr: 'cloakroom: 1 of the changes stay: each is no longer in the stream, which keeps changes for 24 hours\n',
    });
    expect(await created()).toMatchObject([{ id }]);
  });

  it('of an event go to their queue, and are stored', async () => {
    const at = new Date().toISOString();
    const event = { user: alice, id: uuidv7(Date.now()), type: 'door.opened', data: jsonText({ door: 'canary' }) };
    await sendTo('cloakroom-dev-events-dlq', formatMessage({ ...event, occurredAt: at, receivedAt: at }));
    const { stdout } = await redrive('peek', 'events');
    expect(stdout).toContain(`door.opened ${event.id}`);
    expect(stdout).not.toContain('canary');
    expect(await redrive('move', 'events')).toEqual({ status: 0, stdout: 'events: moved 1\n', stderr: '' });
    await eventually('the event', async () => (await eventsOf()).find(({ id }) => id === event.id));
  });

  it('of an environment on AWS are found by its outputs', async () => {
    const urlOf = async (QueueName: string) => (await clients.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
    const outputs = {
      QueueUrl: { value: await urlOf('cloakroom-dev-events') },
      DeadLetterQueueUrls: {
        value: { events: await urlOf('cloakroom-dev-events-dlq'), changes: await urlOf('cloakroom-dev-changes-dlq') },
      },
      FunctionNames: { value: { 'record-changes': 'cloakroom-dev-record-changes' } },
    };
    const bin = mkdtempSync(join(tmpdir(), 'cloakroom-bin-'));
    const variables = {
      PATH: `${bin}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: dev.aws,
      AWS_ACCESS_KEY_ID: 'k',
      AWS_SECRET_ACCESS_KEY: 's',
    };
    const terraform = (printed: object) =>
      writeFileSync(join(bin, 'terraform'), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(printed)}\nEND\n`, {
        mode: 0o755,
      });
    terraform(outputs);
    await sendTo('cloakroom-dev-changes-dlq', 'junk');
    expect(await runRedrive(['staging', 'move'], variables)).toEqual({
      status: 1,
      stdout: 'events: moved 0\nchanges: moved 0\n',
      stderr: expect.stringContaining('is no change of ours'),
    });
    terraform({});
    expect(await runRedrive(['staging', 'count'], variables)).toMatchObject({
      status: 1,
      stderr: 'cloakroom: staging has no such outputs: apply it first (scripts/deploy staging)\n',
    });
    rmSync(bin, { recursive: true });
  });

  it('are looked for where there are some, and said so where there are none', async () => {
    const { status, stderr } = await redrive('count', '--aws-port', '1');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'cloakroom: no local AWS answers at http://127.0.0.1:1: start scripts/dev\n',
    });
  });
});
