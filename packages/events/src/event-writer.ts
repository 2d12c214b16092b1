import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AwsSession } from '@cloakroom/aws';
import { formatItem } from './event-item.ts';
import type { UserEvent } from './user-event.ts';

const NOT_STORED_YET = 'attribute_not_exists(event_key)';

export interface EventWriter {
  /** Stores a client's event once, however often it comes. The first one with an id stays. */
  put(event: UserEvent): Promise<'stored' | 'already stored'>;
}

export interface EventWriterOptions {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  readonly table: string;
  /** How long an event is kept from its arrival on. */
  readonly retentionSeconds: number;
}

export function createEventWriter({ dynamodb, table, retentionSeconds }: EventWriterOptions): EventWriter {
  return {
    async put(event) {
      const Item = formatItem(event, retentionSeconds);
      try {
        await dynamodb.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: NOT_STORED_YET }));
        return 'stored';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'already stored';
        throw error;
      }
    },
  };
}
