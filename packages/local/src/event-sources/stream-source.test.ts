import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonClient } from '../base/json-client.ts';
import { dynamoDbClient } from '../dynamodb/create-tables.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../dynamodb/start-dynamodb-local.ts';
import type { InvokeResult } from '../lambda/lambda-service.ts';
import { testStack } from '../stack-fixture.ts';
import { type EventSources, startEventSources } from './start-event-sources.ts';
import { parseStreamMapping } from './stream-mapping.ts';
import { dynamoDbStreamsClient } from './stream-reader.ts';
import { streamRecord } from './stream-record.ts';

const REGION = 'eu-central-1';
const streamArnOf = (table: string) =>
  `arn:aws:dynamodb:${REGION}:000000000000:table/${table}/stream/2000-01-01T00:00:00.000`;

function stackWith(mapping: object) {
  const complete = {
    event_source_arn: streamArnOf('things'),
    function_name: 'record',
    starting_position: 'TRIM_HORIZON',
    ...mapping,
  };
  return testStack({ resource: { aws_lambda_event_source_mapping: { changes: complete } } });
}

describe('a mapping of a stream', () => {
  const parse = (mapping: object) =>
    parseStreamMapping(stackWith(mapping).get('aws_lambda_event_source_mapping.changes'));

  it('has the defaults of Lambda', () => {
    expect(parse({})).toEqual({
      address: 'aws_lambda_event_source_mapping.changes',
      tableName: 'things',
      streamArn: streamArnOf('things'),
      functionName: 'record',
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      batchWindowMs: 0,
      reportsItemFailures: false,
      bisectsOnError: false,
      maxRetries: Number.POSITIVE_INFINITY,
      maxAgeMs: Number.POSITIVE_INFINITY,
      onFailureQueue: undefined,
      isWanted: expect.any(Function),
    });
  });

  it('takes -1 for "without limit"', () => {
    const limits = { maximum_retry_attempts: -1, maximum_record_age_in_seconds: -1 };
    expect(parse(limits)).toMatchObject({ maxRetries: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY });
  });

  it('that is switched off is left out', () => expect(parse({ enabled: false })).toBeUndefined());

  it.each([
    [{ starting_position: 'AT_TIMESTAMP' }, /starting_position/],
    [{ batch_size: 10_001 }, /batch_size/],
    [{ maximum_record_age_in_seconds: 59 }, /maximum_record_age_in_seconds/],
    [{ parallelization_factor: 2 }, /only 1 is run here/],
    [{ tumbling_window_in_seconds: 30 }, /windows are not run here/],
    [
      { filter_criteria: { filter: [{ pattern: '{}' }] } },
      /filter_criteria.0: a stream is filtered by the key dynamodb/,
    ],
    [{ destination_config: { on_failure: { destination_arn: 'arn:aws:sns:x:000000000000:y' } } }, /only queues/],
  ])('is refused with %j', (mapping, problem) => expect(() => parse(mapping)).toThrow(problem));
});

describe('a deletion by TTL', () => {
  it('looks as on AWS, where DynamoDB Local does not say who it was', () => {
    const local = {
      eventName: 'UNKNOWN_TO_SDK_VERSION',
      awsRegion: 'ddblocal',
      dynamodb: { SequenceNumber: '1', ApproximateCreationDateTime: 1 },
    };
    expect(streamRecord(local, streamArnOf('things'))).toEqual({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      awsRegion: REGION,
      eventSourceARN: streamArnOf('things'),
      dynamodb: local.dynamodb,
    });
  });
});

interface Event {
  readonly Records: {
    readonly eventName: string;
    readonly eventSourceARN: string;
    readonly awsRegion: string;
    readonly dynamodb: { readonly Keys: { readonly key: { readonly S: string } }; readonly SequenceNumber: string };
  }[];
}

describe('the changes of a table', () => {
  let database: DynamoDbLocal;
  let dynamodb: JsonClient;
  let sources: EventSources | undefined;
  let tables = 0;
  beforeAll(async () => {
    database = await startDynamoDbLocal();
    dynamodb = dynamoDbClient(database.endpoint, REGION);
  });
  afterEach(() => sources?.stop());
  afterAll(() => database.stop());

  async function newTable(): Promise<string> {
    tables += 1;
    const TableName = `table-${tables}`;
    await dynamodb.call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    return TableName;
  }

  async function put(TableName: string, ...keys: string[]): Promise<void> {
    for (const key of keys) await dynamodb.call('PutItem', { TableName, Item: { key: { S: key } } });
  }

  /** A mapping to a function that answers as `answer` says; `seen` has the keys of each batch, `read` what came out of the stream. */
  function world(
    table: string,
    answer: (keys: readonly string[], event: Event) => Partial<InvokeResult> | Promise<Partial<InvokeResult>>,
  ) {
    const seen: string[][] = [];
    const read: unknown[] = [];
    const told: { message: string; queue: string }[] = [];
    const errors: unknown[] = [];
    const checkpointsDir = mkdtempSync(join(tmpdir(), 'cloakroom-streams-'));
    const real = dynamoDbStreamsClient(database.endpoint, REGION);
    const streams: JsonClient = {
      async call(...args) {
        const answer = await real.call(...args);
        read.push(...((answer as { Records?: readonly unknown[] }).Records ?? []));
        return answer;
      },
    };
    const sqs: JsonClient = {
      async call(_action, input) {
        const { MessageBody, QueueUrl } = input as { MessageBody: string; QueueUrl: string };
        told.push({ message: MessageBody, queue: QueueUrl });
        return {};
      },
    };
    const invoke = async (_name: string, payload: string) => {
      const event: Event = JSON.parse(payload);
      const keys = event.Records.map(({ dynamodb: { Keys } }) => Keys.key.S);
      seen.push(keys);
      const result = await answer(keys, event);
      return { statusCode: 200, payload: 'null', logTail: '', executedVersion: '1', ...result };
    };
    const start = (mapping: object = {}) => {
      sources = startEventSources({
        stack: stackWith({ event_source_arn: streamArnOf(table), ...mapping }),
        sqs,
        streams,
        checkpointsDir,
        lambda: { find: () => ({ functionName: 'record', arn: 'arn', executedVersion: '1' }), invoke },
        onError: (error) => errors.push(error),
      });
      return sources;
    };
    const until = async (isSo: () => boolean) => {
      for (const endMs = Date.now() + 15_000; !isSo(); await delay(20)) {
        if (Date.now() > endMs) throw new Error(`not within 15 s: ${JSON.stringify({ seen, told, errors })}`);
      }
    };
    return { seen, read, told, errors, start, until, checkpointsDir };
  }

  const failing = (event: Event, key: string): Partial<InvokeResult> => ({
    payload: JSON.stringify({
      batchItemFailures: event.Records.filter(({ dynamodb: { Keys } }) => Keys.key.S === key).map(
        ({ dynamodb: { SequenceNumber } }) => ({ itemIdentifier: SequenceNumber }),
      ),
    }),
  });
  const REPORT = { function_response_types: ['ReportBatchItemFailures'] };

  it('come in their order, in batches, under the ARN and region of the stack', async () => {
    const table = await newTable();
    const events: Event[] = [];
    const { seen, errors, start, until } = world(table, (_, event) => {
      events.push(event);
      return {};
    });
    await put(table, 'a', 'b', 'c', 'd', 'e');
    start({ batch_size: 2 });
    await until(() => seen.flat().length === 5);
    expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(events[0]?.Records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSourceARN: streamArnOf(table),
      awsRegion: REGION,
    });
    expect(errors).toEqual([]);
  });

  it('are collected within the window', async () => {
    const table = await newTable();
    const { seen, read, start, until } = world(table, () => ({}));
    start({ maximum_batching_window_in_seconds: 2 });
    await put(table, 'a');
    await until(() => read.length > 0);
    await put(table, 'b');
    await until(() => seen.length > 0);
    expect(seen).toEqual([['a', 'b']]);
  });

  it('that no filter matches wake nobody, take no place in a batch, and do not come again after a restart', async () => {
    const table = await newTable();
    const { seen, errors, checkpointsDir, start, until } = world(table, () => ({}));
    const pattern = JSON.stringify({ dynamodb: { Keys: { key: { S: [{ prefix: 'wanted' }] } } } });
    const filtered = { batch_size: 2, filter_criteria: { filter: [{ pattern }] } };
    await put(table, 'other-1', 'wanted-1', 'other-2', 'other-3', 'wanted-2', 'other-4');
    const first = start(filtered);
    await until(() => seen.flat().length === 2);
    const settled = () => readFileSync(join(checkpointsDir, 'aws_lambda_event_source_mapping.changes.json'), 'utf8');
    const before = settled();
    await put(table, 'other-5');
    await until(() => settled() !== before);
    await first.stop();
    await put(table, 'wanted-3');
    start({ batch_size: 2 });
    await until(() => seen.flat().length === 3);
    expect(seen.flat()).toEqual(['wanted-1', 'wanted-2', 'wanted-3']);
    expect(errors).toEqual([]);
  });

  it('go on after a restart where they were settled, and what was not comes again', async () => {
    const table = await newTable();
    let isBroken = false;
    const { seen, start, until } = world(table, () => (isBroken ? { functionError: 'Unhandled' as const } : {}));
    await put(table, 'a');
    const first = start();
    await until(() => seen.length === 1);
    isBroken = true;
    await put(table, 'b');
    await until(() => seen.length >= 3); // tried, and tried again
    await first.stop();
    await put(table, 'c');
    seen.length = 0;
    isBroken = false;
    start();
    await until(() => seen.flat().includes('c'));
    expect(seen.flat()).toEqual(['b', 'c']);
  });

  it('begin anew with another table of the same name', async () => {
    const table = await newTable();
    const { seen, start, until } = world(table, () => ({}));
    await put(table, 'a');
    const first = start();
    await until(() => seen.length === 1);
    await first.stop();
    await dynamodb.call('DeleteTable', { TableName: table });
    tables -= 1;
    await newTable();
    await put(table, 'b');
    start();
    await until(() => seen.length === 2);
    expect(seen).toEqual([['a'], ['b']]);
  });

  it('begin at the end for LATEST, once and for all', async () => {
    const table = await newTable();
    await put(table, 'old');
    const { seen, checkpointsDir, start, until } = world(table, () => ({}));
    const first = start({ starting_position: 'LATEST' });
    await until(() => existsSync(join(checkpointsDir, 'aws_lambda_event_source_mapping.changes.json')));
    await first.stop();
    await put(table, 'new'); // while nobody looked
    start({ starting_position: 'LATEST' });
    await until(() => seen.length > 0);
    expect(seen).toEqual([['new']]);
  });

  it('that failed come again with all after them, and those before them do not', async () => {
    const table = await newTable();
    let failures = 2;
    const { seen, start, until } = world(table, (_, event) => (failures-- > 0 ? failing(event, 'c') : {}));
    await put(table, 'a', 'b', 'c', 'd');
    start(REPORT);
    await until(() => seen.length === 3);
    expect(seen).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd'],
      ['c', 'd'],
    ]);
  });

  it('are halved to get past the one that always fails, which is told to the queue', async () => {
    const table = await newTable();
    const { seen, told, start, until } = world(table, (keys) =>
      keys.includes('poison') ? { functionError: 'Unhandled' as const } : {},
    );
    await put(table, 'a', 'b', 'poison', 'd', 'e');
    start({
      ...REPORT,
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: 1,
      destination_config: { on_failure: { destination_arn: `arn:aws:sqs:${REGION}:000000000000:given-up` } },
    });
    await until(() => seen.at(-1)?.includes('e') === true && told.length > 0);
    expect(seen.filter((keys) => !keys.includes('poison'))).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ]);
    expect(seen.filter((keys) => keys.join() === 'poison')).toHaveLength(2);
    expect(told).toHaveLength(1);
    expect(told[0]?.queue).toMatch(/\/given-up$/);
    expect(JSON.parse(told[0]?.message ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2, functionArn: 'record' },
      responseContext: { statusCode: 200, executedVersion: '1', functionError: 'Unhandled' },
      version: '1.0',
      DDBStreamBatchInfo: { batchSize: 1, streamArn: streamArnOf(table), shardId: expect.stringMatching(/^shardId-/) },
    });
  });

  it('are given up past their age without a further attempt, and somebody hears of it', async () => {
    const table = await newTable();
    const { seen, errors, start, until } = world(table, () => ({}));
    await put(table, 'a', 'b');
    const realNow = Date.now;
    Date.now = () => realNow() + 3_600_000;
    try {
      start({ maximum_record_age_in_seconds: 600 });
      await until(() => errors.length > 0);
    } finally {
      Date.now = realNow;
    }
    expect(String(errors[0])).toMatch(/gave up 2 records: RecordAgeExceeded/);
    await put(table, 'c');
    await until(() => seen.length > 0);
    expect(seen).toEqual([['c']]);
  });

  it('wait while the function cannot be invoked at all', async () => {
    const table = await newTable();
    let refusals = 1;
    const { seen, errors, start, until } = world(table, async () => {
      if (refusals-- > 0) throw new Error('the package is missing');
      return {};
    });
    await put(table, 'a');
    start({ maximum_retry_attempts: 0 });
    await until(() => seen.length === 2);
    expect(String(errors[0])).toContain('the package is missing');
  });

  it('of a table without a stream are a fault that is said', async () => {
    const { errors, start, until } = world('no-such-table', () => ({}));
    start();
    await until(() => errors.length > 0);
    expect(String(errors[0])).toMatch(/no-such-table/);
  });
});
