import * as v from 'valibot';
import type { JsonClient } from '../base/json-client.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { queuePath } from '../sqs/create-queues.ts';
import { failedMessageIds } from './batch-response.ts';
import type { SqsMapping } from './mapping-config.ts';
import { receivedSchema, type SqsMessage, sqsRecord } from './sqs-message.ts';

/** SQS hands out and deletes at most this many messages per call. */
const MOST_PER_CALL = 10;
/** SQS' own limit for a long poll, in milliseconds. */
const LONG_POLL_MS = 20_000;

interface PollerParts {
  readonly sqs: JsonClient;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly signal: AbortSignal;
}

/**
 * Receives one batch, invokes the function with it and deletes what succeeded. What is not deleted comes back by the queue's
 * visibility timeout, and goes to its dead letter queue in the end.
 */
export async function pollOnce(mapping: SqsMapping, parts: PollerParts): Promise<void> {
  const messages = await receiveBatch(mapping, parts);
  if (messages.length === 0) return;
  const Records = messages.map((message) => sqsRecord(message, mapping.queueArn));
  const { payload, functionError } = await parts.lambda.invoke(mapping.functionName, JSON.stringify({ Records }));
  if (functionError !== undefined) return;
  const ids = messages.map(({ MessageId }) => MessageId);
  const failed = new Set(mapping.reportsItemFailures ? failedMessageIds(payload, ids) : []);
  const succeeded = messages.filter(({ MessageId }) => !failed.has(MessageId));
  await deleteMessages(succeeded, mapping, parts);
}

/** Waits for a first message, then for more until the batch is full or its window has passed. */
async function receiveBatch(mapping: SqsMapping, parts: PollerParts): Promise<readonly SqsMessage[]> {
  const messages = [...(await receive(mapping, { most: mapping.batchSize, waitMs: LONG_POLL_MS }, parts))];
  const windowEndMs = Date.now() + mapping.batchWindowMs;
  while (messages.length > 0 && messages.length < mapping.batchSize) {
    const leftMs = windowEndMs - Date.now();
    // SQS waits whole seconds.
    if (leftMs < 500) break;
    const wanted = { most: mapping.batchSize - messages.length, waitMs: Math.min(leftMs, LONG_POLL_MS) };
    messages.push(...(await receive(mapping, wanted, parts)));
  }
  return messages;
}

async function receive(
  mapping: SqsMapping,
  { most, waitMs }: { most: number; waitMs: number },
  { sqs, signal }: PollerParts,
): Promise<readonly SqsMessage[]> {
  const input = {
    QueueUrl: queuePath(mapping.queueName),
    MaxNumberOfMessages: Math.min(most, MOST_PER_CALL),
    WaitTimeSeconds: Math.max(1, Math.round(waitMs / 1000)),
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  return v.parse(receivedSchema, await sqs.call('ReceiveMessage', input, signal)).Messages;
}

async function deleteMessages(
  messages: readonly SqsMessage[],
  mapping: SqsMapping,
  { sqs }: PollerParts,
): Promise<void> {
  for (let at = 0; at < messages.length; at += MOST_PER_CALL) {
    const Entries = messages
      .slice(at, at + MOST_PER_CALL)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.call('DeleteMessageBatch', { QueueUrl: queuePath(mapping.queueName), Entries });
  }
}
