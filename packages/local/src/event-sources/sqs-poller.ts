import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import type { JsonClient } from '../base/json-client.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { queuePath } from '../sqs/create-queues.ts';
import { failedMessageIds } from './batch-response.ts';
import type { SqsMapping } from './mapping-config.ts';
import { receivedSchema, type SqsMessage, sqsRecord } from './sqs-message.ts';

/** SQS hands out and deletes at most this many messages per call. */
const MOST_PER_CALL = 10;
/** SQS' own limit for a long poll. */
const LONG_POLL_SECONDS = 20;
/** Short enough to be no part of a window, long enough for a receive to bring more than one. */
const GATHER_EVERY_MS = 100;
/** Lambda's limit for what it passes to a function, and that of a queue for a message. */
const [MOST_PER_INVOCATION_BYTES, MOST_PER_MESSAGE_BYTES] = [6 * 1024 * 1024, 256 * 1024];

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

/**
 * Waits for a first message, then for more until the batch is full, would not fit into an invocation, or its window has passed. AWS
 * may take longer: up to 20 s where hardly anything comes.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
async function receiveBatch(mapping: SqsMapping, parts: PollerParts): Promise<readonly SqsMessage[]> {
  const messages = [...(await receive(mapping, { most: mapping.batchSize, waitSeconds: LONG_POLL_SECONDS }, parts))];
  const windowEndMs = Date.now() + mapping.batchWindowMs;
  for (;;) {
    const leftMs = windowEndMs - Date.now();
    const most = Math.min(mapping.batchSize - messages.length, roomAfter(messages), MOST_PER_CALL);
    if (messages.length === 0 || most < 1 || leftMs <= 0) return messages;
    const more = await receive(mapping, { most, waitSeconds: 0 }, parts);
    messages.push(...more);
    if (more.length < most) await delay(Math.min(leftMs, GATHER_EVERY_MS), undefined, { signal: parts.signal });
  }
}

/** How many more messages fit into the invocation, however large they are. */
function roomAfter(messages: readonly SqsMessage[]): number {
  const bytes = messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0);
  return Math.floor((MOST_PER_INVOCATION_BYTES - bytes) / MOST_PER_MESSAGE_BYTES);
}

async function receive(
  mapping: SqsMapping,
  { most, waitSeconds }: { most: number; waitSeconds: number },
  { sqs, signal }: PollerParts,
): Promise<readonly SqsMessage[]> {
  const input = {
    QueueUrl: queuePath(mapping.queueName),
    MaxNumberOfMessages: Math.min(most, MOST_PER_CALL),
    WaitTimeSeconds: waitSeconds,
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
