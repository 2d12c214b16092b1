import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Sqs } from '@cloakroom/aws/sqs';
import { messageBody } from './queue-message.ts';

/** What a queue takes unless it is told otherwise. */
const MAX_BODY_BYTES = 256 * 1024;

/** A change of an item that could not be understood, with all that the stream told of it. */
interface DeadChange {
  /** What was not understood: names of attributes, and nothing of what is in them. */
  readonly reason: string;
  /** As Lambda hands it over. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
  readonly record: { readonly dynamodb: Readonly<Record<string, unknown>> };
}

/** Where changes wait for a person. */
export interface DeadLetters {
  /** Resolves when SQS has confirmed it. Sending a change twice does no harm: its event has one id. */
  send(change: DeadChange): Promise<void>;
}

export interface DeadLettersOptions {
  readonly sqs: Sqs;
  readonly queueUrl: string;
}

export function createDeadLetters({ sqs, queueUrl }: DeadLettersOptions): DeadLetters {
  return {
    async send(change) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: bodyOf(change) }));
    },
  };
}

/** One message has no room for the largest items of DynamoDB, which are none of ours: their key and place go without the images. */
function bodyOf({ reason, record }: DeadChange): string {
  const body = messageBody({ version: 1, reason, record });
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  const { NewImage: _new, OldImage: _old, ...place } = record.dynamodb;
  return messageBody({ version: 1, reason, record: { ...record, dynamodb: place }, imagesLeftOut: true });
}
