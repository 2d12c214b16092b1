import { jsonObject, type NowMs, type User, uuidv7, uuidv7Ms } from '@cloakroom/core';
import * as v from 'valibot';
import { DataTooLargeError } from './errors.ts';
import type { UserEvent } from './user-event.ts';
import { clientEventType, eventId, utcTime } from './user-event.ts';

const MAX_EVENTS = 10;
const MAX_DATA_BYTES = 8 * 1024;
/** An id carries its time and decides the order of events: not far from now, whatever a client's clock says. */
const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_AHEAD_MS = 5 * 60 * 1000;

/** One event, or a list of 1 to 10 whose ids differ. */
export type ClientEvents = v.InferOutput<ReturnType<typeof clientEventsSchema>>;
type ClientEvent = Exclude<ClientEvents, readonly unknown[]>;

/** The schema of what clients post: `{type, data, id?, occurredAt?}` or a list of those. */
export function clientEventsSchema(nowMs: NowMs) {
  const event = v.strictObject({
    type: clientEventType,
    data: jsonObject,
    id: v.optional(
      v.pipe(
        eventId,
        v.check((id) => isRecent(uuidv7Ms(id), nowMs()), 'must be dated within the last 30 days'),
      ),
    ),
    occurredAt: v.optional(utcTime),
  });
  const events = v.pipe(
    v.array(event),
    v.minLength(1, 'must hold at least one event'),
    v.maxLength(MAX_EVENTS, `may hold ${MAX_EVENTS} events`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const index = repeatedId(dataset.value);
      const input = dataset.value[index];
      if (input === undefined) return;
      const entry = { type: 'array', origin: 'value', input: dataset.value, key: index, value: input } as const;
      addIssue({
        message: 'comes twice in this list',
        path: [entry, { type: 'object', origin: 'value', input: { ...input }, key: 'id', value: input.id }],
      });
    }),
  );
  return v.lazy((input) => (Array.isArray(input) ? events : event) as typeof events | typeof event);
}

/**
 * Makes what clients posted into events of `user`, in the same order: ids where there are none, and the time of arrival.
 *
 * @throws DataTooLargeError for `data` of more than 8 KiB as JSON, with its path as `field`
 */
export function receiveEvents(posted: ClientEvents, { user, nowMs }: { user: User; nowMs: NowMs }): UserEvent[] {
  const now = nowMs();
  const receivedAt = new Date(now).toISOString();
  return [posted].flat().map((event: ClientEvent, index) => {
    const { id = uuidv7(now), type, data, occurredAt = receivedAt } = event;
    if (data.byteLength > MAX_DATA_BYTES) {
      throw new DataTooLargeError(Array.isArray(posted) ? `${index}.data` : 'data', MAX_DATA_BYTES);
    }
    return { user, id, type, data, occurredAt, receivedAt };
  });
}

function isRecent(ms: number | undefined, now: number): boolean {
  return ms !== undefined && ms >= now - MAX_AGE_MS && ms <= now + MAX_AHEAD_MS;
}

/** The index of the first event whose id an earlier one has, or -1. */
function repeatedId(events: readonly ClientEvent[]): number {
  const ids = events.map(({ id }) => id);
  return ids.findIndex((id, index) => id !== undefined && ids.indexOf(id) < index);
}
