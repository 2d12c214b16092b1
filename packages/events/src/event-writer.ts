import type { DynamoDbWrites } from '@cloakroom/aws';
import { formatItem, formatKey } from './event-item.ts';
import type { EventSource, StoredEvent, UserEvent } from './user-event.ts';

const NOT_STORED_YET = 'attribute_not_exists(event_key)';
/** Times in ISO 8601 UTC, all of one length, are in the order of their texts. */
const NOT_RECEIVED_LATER = 'received_at <= :received_at';

export type PutOutcome = 'stored' | 'already stored';

/** Writes the events of one source, in the key space of that source. */
export interface EventWriter {
  /** Stores an event once, however often it comes. The first one with an id stays. */
  put(event: UserEvent): Promise<PutOutcome>;
  /** Takes an event back. It may be gone already, and one that came later with the same id stays. */
  remove(event: Pick<UserEvent, 'user' | 'id' | 'receivedAt'>): Promise<void>;
}

export interface EventWriterOptions {
  readonly items: Pick<DynamoDbWrites, 'putItem' | 'deleteItem'>;
  readonly table: string;
  /** How long an event is kept from its arrival on. */
  readonly retentionSeconds: number;
}

export function createEventWriter(source: EventSource, options: EventWriterOptions): EventWriter {
  return {
    put: (event) => putOnce({ ...event, source }, options),
    async remove(event) {
      await isDone(
        options.items.deleteItem({
          TableName: options.table,
          Key: formatKey({ ...event, source }),
          ConditionExpression: NOT_RECEIVED_LATER,
          ExpressionAttributeValues: { ':received_at': { S: event.receivedAt } },
        }),
      );
    },
  };
}

async function putOnce(
  event: StoredEvent,
  { items, table, retentionSeconds }: EventWriterOptions,
): Promise<PutOutcome> {
  const Item = formatItem(event, retentionSeconds);
  const isNew = await isDone(items.putItem({ TableName: table, Item, ConditionExpression: NOT_STORED_YET }));
  return isNew ? 'stored' : 'already stored';
}

/** False when the write's condition has failed. */
async function isDone(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
