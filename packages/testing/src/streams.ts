import { dynamoDbStreamsClient, followStream, parseFilters } from '@cloakroom/local';

const REGION = 'eu-central-1';

interface FollowOptions {
  readonly table: string;
  /** Where it is kept how far the stream was read: the same folder goes on, a new one replays all. */
  readonly checkpointsDir: string;
  /** The function: what it throws is its failure. */
  readonly handle: (event: unknown) => Promise<unknown>;
  readonly batchSize?: number;
  /** Two unless told otherwise: then a record that fails by itself is given up. */
  readonly maxRetries?: number;
  /** The filter of the mapping: all records unless told otherwise. */
  readonly patterns?: readonly object[];
}

/** Whether a record goes to a function whose mapping has these patterns. */
export function streamFilter(patterns: readonly object[]): (record: unknown) => boolean {
  return parseFilters(
    'filter_criteria',
    patterns.map((pattern) => JSON.stringify(pattern)),
  );
}

/**
 * Hands the changes of a test table to a function, as Lambda does for a mapping with `ReportBatchItemFailures`: in order,
 * until it succeeds. `givenUp` has the messages for the dead-letter queue.
 */
export function followTestTable(options: FollowOptions) {
  const { table, checkpointsDir, handle, batchSize = 100, maxRetries = 2, patterns = [] } = options;
  const stopping = new AbortController();
  const givenUp: unknown[] = [];
  const invoke = async (_name: string, payload: string) => {
    const answer = { statusCode: 200, logTail: '', executedVersion: '1' };
    try {
      return { ...answer, payload: JSON.stringify(await handle(JSON.parse(payload))) };
    } catch {
      return { ...answer, payload: '{}', functionError: 'Unhandled' as const };
    }
  };
  const mapping = {
    address: 'aws_lambda_event_source_mapping.changes',
    tableName: table,
    streamArn: `arn:aws:dynamodb:${REGION}:000000000000:table/${table}/stream/test`,
    functionName: 'record-changes',
    startingPosition: 'TRIM_HORIZON',
    batchSize,
    batchWindowMs: 0,
    reportsItemFailures: true,
    bisectsOnError: true,
    maxRetries,
    maxAgeMs: Number.POSITIVE_INFINITY,
    onFailureQueue: 'given-up',
    isWanted: streamFilter(patterns),
  } as const;
  const running = followStream(mapping, {
    streams: dynamoDbStreamsClient(process.env.CLOAKROOM_TEST_DYNAMODB ?? '', REGION),
    sqs: {
      async call(_action, input) {
        givenUp.push(JSON.parse((input as { MessageBody: string }).MessageBody));
        return {};
      },
    },
    checkpointsDir,
    lambda: { invoke },
    signal: stopping.signal,
    onError: () => undefined,
  });
  return {
    givenUp,
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
