import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AwsSession } from '@cloakroom/aws';
import { formatItem, formatKey } from './event-item.ts';
import type { StoredEvent, UserEvent } from './user-event.ts';

const NOT_STORED_YET = 'attribute_not_exists(event_key)';

export interface EventWriter {
  /** Stores a client's event once, however often it comes. The first one with an id stays. */
  put(event: UserEvent): Promise<'stored' | 'already stored'>;
}

export interface SystemEventWriter {
  /** Stores what the system has to say once, in a key space that no client's event can be in. */
  put(event: UserEvent): Promise<'stored' | 'already stored'>;
  /** Takes back an event of the system. It may be gone already. */
  remove(event: Pick<UserEvent, 'user' | 'id'>): Promise<void>;
}

export interface EventWriterOptions {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  readonly table: string;
  /** How long an event is kept from its arrival on. */
  readonly retentionSeconds: number;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  return { put: (event) => putOnce({ ...event, source: 'client' }, options) };
}

export function createSystemEventWriter(options: EventWriterOptions): SystemEventWriter {
  return {
    put: (event) => putOnce({ ...event, source: 'system' }, options),
    async remove(event) {
      const Key = formatKey({ ...event, source: 'system' });
      await options.dynamodb.send(new DeleteItemCommand({ TableName: options.table, Key }));
    },
  };
}

async function putOnce(
  event: StoredEvent,
  { dynamodb, table, retentionSeconds }: EventWriterOptions,
): Promise<'stored' | 'already stored'> {
  const Item = formatItem(event, retentionSeconds);
  try {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: NOT_STORED_YET }));
    return 'stored';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'already stored';
    throw error;
  }
}
