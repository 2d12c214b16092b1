import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import type { Sqs } from '@cloakroom/aws/sqs';
import type { Check } from './ask.ts';

/** A partition that holds nothing: this function may read no other (IAM `LeadingKeys`). */
const PARTITION = { S: 'HEALTH#ready' };
const SORT = { S: 'HEALTH' };

export interface CheckOptions {
  readonly dynamodb: DynamoDb;
  readonly sqs: Sqs;
  /** @see verifyIdentity of `@cloakroom/aws/sts` */
  readonly verifyIdentity: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
  readonly sessionsTable: string;
  readonly eventsTable: string;
  readonly queueUrl: string;
}

/** One call to each dependency, with the credentials, the network path and the permissions that the functions use. */
export function createChecks({
  dynamodb,
  sqs,
  verifyIdentity,
  sessionsTable,
  eventsTable,
  queueUrl,
}: CheckOptions): Record<string, Check> {
  const readSession = new GetItemCommand({ TableName: sessionsTable, Key: { user_key: PARTITION, item: SORT } });
  const readEvent = new GetItemCommand({ TableName: eventsTable, Key: { user_key: PARTITION, event_key: SORT } });
  const askQueue = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  return {
    'sessions table': (abortSignal) => dynamodb.send(readSession, { abortSignal }),
    'events table': (abortSignal) => dynamodb.send(readEvent, { abortSignal }),
    queue: (abortSignal) => sqs.send(askQueue, { abortSignal }),
    identity: (abortSignal) => verifyIdentity({ abortSignal }),
  };
}
