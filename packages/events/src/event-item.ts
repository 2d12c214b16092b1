import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { epochSeconds, jsonObjectText, MalformedError, parseUserKey, userKey } from '@cloakroom/core';
import * as v from 'valibot';
import type { EventSource, StoredEvent, UserEvent } from './user-event.ts';
import { eventId, eventType, utcTime } from './user-event.ts';

type Item = Record<string, AttributeValue>;

const itemSchema = v.object({
  user_key: v.string(),
  event_key: v.string(),
  type: eventType,
  data: jsonObjectText,
  occurred_at: utcTime,
  received_at: utcTime,
});

/** How a sort key ends: two key spaces, so that no client can take the key of what the system has to say. */
const SUFFIXES = { client: '#c', system: '#s' } as const satisfies Record<EventSource, string>;

/**
 * The item of an event. The id alone is the key, so that a retry finds it there. `data` stays JSON text: DynamoDB's
 * numbers are narrower than JSON's.
 */
export function formatItem(event: StoredEvent, retentionSeconds: number): Item {
  return marshall({
    ...keyOf(event),
    type: event.type,
    data: event.data.text,
    occurred_at: event.occurredAt,
    received_at: event.receivedAt,
    ttl: epochSeconds(Date.parse(event.receivedAt)) + retentionSeconds,
  });
}

export function formatKey(event: Pick<StoredEvent, 'user' | 'id' | 'source'>): Item {
  return marshall(keyOf(event));
}

function keyOf({ user, id, source }: Pick<StoredEvent, 'user' | 'id' | 'source'>) {
  return { user_key: userKey(user), event_key: id + SUFFIXES[source] };
}

/** @throws MalformedError for an item that is no event; it names the attribute */
export function parseItem(item: Item): StoredEvent {
  const result = v.safeParse(itemSchema, unmarshall(item), { abortEarly: true });
  if (!result.success) throw new MalformedError(v.getDotPath(result.issues[0]) ?? 'item', 'is not valid');
  const { user_key, event_key, type, data, occurred_at, received_at } = result.output;
  const user = parseUserKey(user_key);
  const { id, source } = parseEventKey(event_key);
  if (user === undefined || source === undefined) throw new MalformedError('event_key', 'is not valid');
  return { user, id, source, type, data, occurredAt: occurred_at, receivedAt: received_at };
}

function parseEventKey(eventKey: string): Pick<UserEvent, 'id'> & { readonly source: EventSource | undefined } {
  const id = eventKey.slice(0, -2);
  const source = (['client', 'system'] as const).find((one) => eventKey.endsWith(SUFFIXES[one]));
  return { id, source: v.is(eventId, id) ? source : undefined };
}
