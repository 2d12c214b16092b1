import { randomUUID } from 'node:crypto';
import type { JsonClient } from '../base/json-client.ts';
import type { InvokeResult } from '../lambda/lambda-service.ts';
import { queuePath } from '../sqs/create-queues.ts';
import type { StreamMapping } from './stream-mapping.ts';
import { arrivalMsOf, type StreamRecord, sequenceNumberOf } from './stream-record.ts';

/** Records that a mapping has given up, and why. */
export interface GivenUp {
  readonly records: readonly StreamRecord[];
  readonly shardId: string;
  readonly mapping: StreamMapping;
  readonly condition: 'RecordAgeExceeded' | 'RetryAttemptsExhausted';
  readonly invocations: number;
  /** Of the last invocation. */
  readonly result?: InvokeResult;
}

/**
 * Tells a queue which records were given up, and where they are: it does not carry them.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export async function sendGivenUp(givenUp: GivenUp, queueName: string, sqs: JsonClient): Promise<void> {
  const { records, shardId, mapping, condition, invocations, result } = givenUp;
  const sequenceNumbers = records.map(sequenceNumberOf);
  const arrivals = records.map((record) => new Date(arrivalMsOf(record)).toISOString());
  const message = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.functionName,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext:
      result === undefined
        ? {}
        : {
            statusCode: result.statusCode,
            executedVersion: result.executedVersion,
            ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
          },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: sequenceNumbers[0],
      endSequenceNumber: sequenceNumbers.at(-1),
      approximateArrivalOfFirstRecord: arrivals[0],
      approximateArrivalOfLastRecord: arrivals.at(-1),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
  await sqs.call('SendMessage', { QueueUrl: queuePath(queueName), MessageBody: JSON.stringify(message) });
}
