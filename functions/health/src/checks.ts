import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { AwsSession } from '@cloakroom/aws';
import type { Check } from './ask.ts';

/** A partition that holds nothing: this function may read no other (IAM `LeadingKeys`). */
const PARTITION = { S: 'HEALTH#ready' };
const SORT = { S: 'HEALTH' };

export interface CheckOptions {
  readonly aws: Pick<AwsSession, 'dynamodb' | 'sqs' | 'verifyIdentity'>;
  readonly sessionsTable: string;
  readonly eventsTable: string;
  readonly queueUrl: string;
}

/** One call to each dependency, with the credentials, the network path and the permissions that the functions use. */
export function createChecks({ aws, sessionsTable, eventsTable, queueUrl }: CheckOptions): Record<string, Check> {
  const readSession = new GetItemCommand({ TableName: sessionsTable, Key: { user_key: PARTITION, item: SORT } });
  const readEvent = new GetItemCommand({ TableName: eventsTable, Key: { user_key: PARTITION, event_key: SORT } });
  const askQueue = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  return {
    'sessions table': (abortSignal) => aws.dynamodb.send(readSession, { abortSignal }),
    'events table': (abortSignal) => aws.dynamodb.send(readEvent, { abortSignal }),
    queue: (abortSignal) => aws.sqs.send(askQueue, { abortSignal }),
    identity: (abortSignal) => aws.verifyIdentity({ abortSignal }),
  };
}
