import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type JsonClient, ServiceError } from '../base/json-client.ts';
import type { StreamMapping } from './stream-mapping.ts';
import { followStream } from './stream-poller.ts';

const MAPPING: StreamMapping = {
  address: 'aws_lambda_event_source_mapping.changes',
  tableName: 'things',
  streamArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/things/stream/x',
  functionName: 'record',
  startingPosition: 'TRIM_HORIZON',
  batchSize: 10,
  batchWindowMs: 0,
  reportsItemFailures: true,
  bisectsOnError: true,
  maxRetries: 1,
  maxAgeMs: Number.POSITIVE_INFINITY,
  onFailureQueue: 'given-up',
  isWanted: () => true,
};

interface FakeShard {
  readonly parent?: string;
  /** By sequence number, oldest first. */
  readonly records: string[];
  readonly isClosed: boolean;
}

/** A stream whose shards follow one another, in pages of one, and which has forgotten some positions. */
function fakeStream(shards: Record<string, FakeShard>, trimmed: readonly string[] = []): JsonClient {
  const answers: Record<string, (input: Record<string, string>) => object> = {
    ListStreams: ({ ExclusiveStartStreamArn }) =>
      ExclusiveStartStreamArn === undefined
        ? { Streams: [{ StreamArn: 'new', StreamLabel: '2' }], LastEvaluatedStreamArn: 'new' }
        : { Streams: [{ StreamArn: 'old', StreamLabel: '1' }] },
    DescribeStream: ({ ExclusiveStartShardId }) => {
      const ids = Object.keys(shards);
      const at = ExclusiveStartShardId === undefined ? 0 : ids.indexOf(ExclusiveStartShardId) + 1;
      const ShardId = ids[at] ?? '';
      const ParentShardId = shards[ShardId]?.parent;
      const Shards = [{ ShardId, ...(ParentShardId === undefined ? {} : { ParentShardId }) }];
      return { StreamDescription: { Shards, ...(at + 1 < ids.length ? { LastEvaluatedShardId: ShardId } : {}) } };
    },
    GetShardIterator: ({ ShardId, SequenceNumber }) => {
      if (SequenceNumber !== undefined && trimmed.includes(SequenceNumber)) {
        throw new ServiceError('TrimmedDataAccessException', 'forgotten');
      }
      const from = SequenceNumber === undefined ? 0 : (shards[ShardId ?? '']?.records.indexOf(SequenceNumber) ?? 0) + 1;
      return { ShardIterator: `${ShardId} ${from}` };
    },
    GetRecords: ({ ShardIterator = '' }) => {
      const [id = '', from] = ShardIterator.split(' ');
      const shard = shards[id];
      const Records = (shard?.records ?? []).slice(Number(from)).map((SequenceNumber) => ({
        eventName: 'INSERT',
        dynamodb: { SequenceNumber, ApproximateCreationDateTime: Date.now() / 1000 },
      }));
      return { Records, ...(shard?.isClosed ? {} : { NextShardIterator: 'more' }) };
    },
  };
  return { call: async (action, input) => answers[action]?.(input as Record<string, string>) };
}

describe('the shards of a stream', () => {
  const stopping: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop();
  });

  function follow(streams: JsonClient, failures: readonly string[] = [], checkpointsDir = newFolder()) {
    const seen: string[] = [];
    const told: unknown[] = [];
    const controller = new AbortController();
    const running = followStream(MAPPING, {
      streams,
      checkpointsDir,
      sqs: {
        async call(_, input) {
          told.push(JSON.parse((input as { MessageBody: string }).MessageBody));
          return {};
        },
      },
      lambda: {
        async invoke(_, payload) {
          const numbers: string[] = JSON.parse(payload).Records.map(
            ({ dynamodb }: { dynamodb: { SequenceNumber: string } }) => dynamodb.SequenceNumber,
          );
          seen.push(...numbers);
          const failed = numbers.filter((number) => failures.includes(number));
          const answer = { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
          return { statusCode: 200, payload: JSON.stringify(answer), logTail: '', executedVersion: '1' };
        },
      },
      signal: controller.signal,
      onError: () => undefined,
    });
    const stop = async () => {
      controller.abort();
      await running;
    };
    stopping.push(stop);
    const until = async (isSo: () => boolean) => {
      for (const endMs = Date.now() + 10_000; !isSo(); await delay(10)) {
        if (Date.now() > endMs) throw new Error(`not within 10 s: ${JSON.stringify({ seen, told })}`);
      }
    };
    return { seen, told, until, stop };
  }
  const newFolder = () => mkdtempSync(join(tmpdir(), 'cloakroom-shards-'));

  it('are read one after another, a child after its parent, which is not read again', async () => {
    const shards = {
      child: { parent: 'parent', records: ['3', '4'], isClosed: false },
      parent: { parent: 'forgotten', records: ['1', '2'], isClosed: true },
    };
    const checkpointsDir = newFolder();
    const first = follow(fakeStream(shards), [], checkpointsDir);
    await first.until(() => first.seen.length === 4);
    expect(first.seen).toEqual(['1', '2', '3', '4']);
    await first.stop();
    shards.child.records.push('5');
    const second = follow(fakeStream(shards), [], checkpointsDir);
    await second.until(() => second.seen.length > 0);
    expect(second.seen).toEqual(['5']);
  });

  it('are read from the oldest record there is when the last one read is forgotten', async () => {
    const checkpointsDir = newFolder();
    const shard = { records: ['1'], isClosed: false };
    const first = follow(fakeStream({ shard }), [], checkpointsDir);
    await first.until(() => first.seen.length === 1);
    await first.stop();
    const later = { records: ['8', '9'], isClosed: false };
    const second = follow(fakeStream({ shard: later }, ['1']), [], checkpointsDir);
    await second.until(() => second.seen.length >= 2);
    expect(second.seen.slice(0, 2)).toEqual(['8', '9']);
  });

  it('go on past a record that the function reports until its retries are used up', async () => {
    const { seen, told, until } = follow(fakeStream({ shard: { records: ['1', '2', '3'], isClosed: false } }), ['2']);
    await until(() => seen.at(-1) === '3' && told.length === 1);
    expect(told).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
        responseContext: { statusCode: 200, executedVersion: '1' },
        DDBStreamBatchInfo: { shardId: 'shard', startSequenceNumber: '2', endSequenceNumber: '2', batchSize: 1 },
      },
    ]);
    expect(told[0]).not.toHaveProperty('responseContext.functionError');
  });
});
