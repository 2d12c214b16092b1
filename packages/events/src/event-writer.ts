import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AwsSession } from '@cloakroom/aws';
import { formatItem, formatKey } from './event-item.ts';
import type { EventSource, StoredEvent, UserEvent } from './user-event.ts';

const NOT_STORED_YET = 'attribute_not_exists(event_key)';

export type PutOutcome = 'stored' | 'already stored';

/** Writes the events of one source, in the key space of that source. */
export interface EventWriter {
  /** Stores an event once, however often it comes. The first one with an id stays. */
  put(event: UserEvent): Promise<PutOutcome>;
  /** Takes an event back. It may be gone already. */
  remove(event: Pick<UserEvent, 'user' | 'id'>): Promise<void>;
}

export interface EventWriterOptions {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  readonly table: string;
  /** How long an event is kept from its arrival on. */
  readonly retentionSeconds: number;
}

export function createEventWriter(source: EventSource, options: EventWriterOptions): EventWriter {
  return {
    put: (event) => putOnce({ ...event, source }, options),
    async remove(event) {
      const Key = formatKey({ ...event, source });
      await options.dynamodb.send(new DeleteItemCommand({ TableName: options.table, Key }));
    },
  };
}

async function putOnce(
  event: StoredEvent,
  { dynamodb, table, retentionSeconds }: EventWriterOptions,
): Promise<PutOutcome> {
  const Item = formatItem(event, retentionSeconds);
  try {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: NOT_STORED_YET }));
    return 'stored';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'already stored';
    throw error;
  }
}
