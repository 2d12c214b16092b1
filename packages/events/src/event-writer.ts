import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import type { User } from '@cloakroom/core';
import { formatItem, formatKey } from './event-item.ts';
import type { EventSource, StoredEvent, UserEvent } from './user-event.ts';

/** What is erased, and the time before it, is dated by the clocks of several functions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/** When the user was last erased, in epoch seconds; undefined if never. Strongly consistent. */
export type ErasedAt = (user: User) => Promise<number | undefined>;

interface Dated {
  readonly event: UserEvent;
  /** When we learned of it, in epoch seconds by our clocks. */
  readonly at: number;
}

/**
 * Stores an event once, unless its user has been erased since it came. An erasure may begin between the look and the write,
 * and have passed the event by; so there is a second look after it: the mark is set before the first event is deleted, so
 * one of the two sees the other. What an earlier try has stored and could not take back any more, the next one takes back.
 */
export async function putUnlessErased(
  { event, at }: Dated,
  events: EventWriter,
  erasedAt: ErasedAt,
): Promise<PutOutcome | 'of an erased user'> {
  const isErased = async () => at - CLOCK_MARGIN_SECONDS <= ((await erasedAt(event.user)) ?? Number.NEGATIVE_INFINITY);
  const outcome = (await isErased()) ? undefined : await events.put(event);
  if (outcome !== undefined && !(await isErased())) return outcome;
  await events.remove(event);
  return 'of an erased user';
}

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
  readonly dynamodb: DynamoDb;
  readonly table: string;
  /** How long an event is kept from its arrival on. */
  readonly retentionSeconds: number;
}

export function createEventWriter(source: EventSource, options: EventWriterOptions): EventWriter {
  return {
    put: (event) => putOnce({ ...event, source }, options),
    async remove(event) {
      const command = new DeleteItemCommand({
        TableName: options.table,
        Key: formatKey({ ...event, source }),
        ConditionExpression: NOT_RECEIVED_LATER,
        ExpressionAttributeValues: { ':received_at': { S: event.receivedAt } },
      });
      await options.dynamodb.send(command).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
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
