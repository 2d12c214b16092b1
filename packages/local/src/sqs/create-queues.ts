import * as v from 'valibot';
import { createJsonClient, type JsonClient } from '../base/json-client.ts';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';

const queueSchema = v.strictObject({
  name: v.string(),
  content_based_deduplication: v.optional(v.boolean()),
  delay_seconds: v.optional(v.number()),
  fifo_queue: v.optional(v.boolean()),
  max_message_size: v.optional(v.number()),
  message_retention_seconds: v.optional(v.number()),
  receive_wait_time_seconds: v.optional(v.number()),
  redrive_policy: v.optional(v.string()),
  visibility_timeout_seconds: v.optional(v.number()),
  ...harmless('sqs_managed_sse_enabled', 'tags'),
});
type Queue = v.InferOutput<typeof queueSchema>;

/** A client of the local SQS. */
export function sqsClient(origin: string, region: string): JsonClient {
  return createJsonClient({ origin, region, targetPrefix: 'AmazonSQS' });
}

/**
 * Makes the queues of the stack, or gives those that are there already the attributes of the stack. Messages stay.
 *
 * @throws StackError naming the argument that is not understood
 */
export async function createQueues(stack: ResolvedStack, sqs: JsonClient): Promise<void> {
  const queues = readQueues(stack);
  for (const queue of queues) {
    const Attributes = queue.fifo_queue === true ? { FifoQueue: 'true' } : {};
    await sqs.call('CreateQueue', { QueueName: queue.name, Attributes });
  }
  // A redrive policy names another queue, so all must be there.
  for (const queue of queues) {
    await sqs.call('SetQueueAttributes', { QueueUrl: queuePath(queue.name), Attributes: attributesOf(queue) });
  }
}

/** @throws StackError naming the argument that is not understood */
export function readQueues(stack: ResolvedStack): readonly Queue[] {
  return stack.list('aws_sqs_queue').map((resource) => parseArguments(resource, queueSchema));
}

/** A queue URL as far as the local SQS reads it: it goes by the last part of the path. */
export function queuePath(name: string): string {
  return `http://127.0.0.1/${LOCAL_ACCOUNT_ID}/${name}`;
}

/** Every attribute is written out, because one that was taken out of the stack must go back to its default. */
function attributesOf(queue: Queue): Record<string, string> {
  return {
    DelaySeconds: String(queue.delay_seconds ?? 0),
    MaximumMessageSize: String(queue.max_message_size ?? 262_144),
    MessageRetentionPeriod: String(queue.message_retention_seconds ?? 345_600),
    ReceiveMessageWaitTimeSeconds: String(queue.receive_wait_time_seconds ?? 0),
    RedrivePolicy: queue.redrive_policy ?? '',
    VisibilityTimeout: String(queue.visibility_timeout_seconds ?? 30),
    ...(queue.fifo_queue === true
      ? { ContentBasedDeduplication: String(queue.content_based_deduplication ?? false) }
      : {}),
  };
}
