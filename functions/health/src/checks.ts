import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { AwsSession } from '@cloakroom/aws';
import type { Check } from './ready.ts';

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
  return {
    'sessions table': () =>
      aws.dynamodb.send(new GetItemCommand({ TableName: sessionsTable, Key: { user_key: PARTITION, item: SORT } })),
    'events table': () =>
      aws.dynamodb.send(new GetItemCommand({ TableName: eventsTable, Key: { user_key: PARTITION, event_key: SORT } })),
    queue: () => aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })),
    identity: () => aws.verifyIdentity(),
  };
}
