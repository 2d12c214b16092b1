import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { epochSeconds, MalformedError, parseUserKey, userKey } from '@cloakroom/core';
import * as v from 'valibot';
import { eventId, eventType, jsonObject, utcTime } from './fields.ts';
import type { UserEvent } from './user-event.ts';

type Item = Record<string, AttributeValue>;

const itemSchema = v.object({
  user_key: v.string(),
  event_key: v.string(),
  type: eventType,
  data: v.pipe(v.string(), v.parseJson(), jsonObject),
  occurred_at: utcTime,
  received_at: utcTime,
});

/**
 * The item of a client's event. The id alone is the key, so that a retry finds it there; `#c` keeps clients out of the
 * key space of the system's own events (`#s`). `data` stays JSON text: DynamoDB's numbers are narrower than JSON's.
 */
export function formatItem(event: UserEvent, retentionSeconds: number): Item {
  return marshall({
    user_key: userKey(event.user),
    event_key: `${event.id}#c`,
    type: event.type,
    data: JSON.stringify(event.data),
    occurred_at: event.occurredAt,
    received_at: event.receivedAt,
    ttl: epochSeconds(Date.parse(event.receivedAt)) + retentionSeconds,
  });
}

/** @throws MalformedError for an item that is no event; it names the attribute */
export function parseItem(item: Item): UserEvent {
  const result = v.safeParse(itemSchema, unmarshall(item), { abortEarly: true });
  if (!result.success) throw new MalformedError(v.getDotPath(result.issues[0]) ?? 'item', 'is not valid');
  const { user_key, event_key, type, data, occurred_at, received_at } = result.output;
  const user = parseUserKey(user_key);
  const id = event_key.slice(0, event_key.indexOf('#'));
  if (user === undefined || !v.is(eventId, id)) throw new MalformedError('event_key', 'is not valid');
  return { user, id, type, data, occurredAt: occurred_at, receivedAt: received_at };
}
