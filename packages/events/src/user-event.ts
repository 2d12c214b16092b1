import { ISSUER_ALIAS, isSub, type JsonText, parseTimestamp, type User, uuidv7Ms } from '@cloakroom/core';
import * as v from 'valibot';

const EVENT_TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
/** Types that tell what the system saw; a client must not be able to put words in its mouth. */
const RESERVED_PREFIXES = ['cloakroom.', 'session.', 'user.'];

export const eventId = v.pipe(
  v.string(),
  v.check((id) => uuidv7Ms(id) !== undefined, 'must be a lower-case UUIDv7'),
);

/** Any type there can be, reserved ones included. */
export const eventType = v.pipe(
  v.string(),
  v.maxLength(64, 'may have 64 characters'),
  v.regex(EVENT_TYPE, 'must be lower-case words joined by dots'),
);

export const clientEventType = v.pipe(
  eventType,
  v.check(
    (type) => !RESERVED_PREFIXES.some((prefix) => type.startsWith(prefix)),
    `must not start with ${RESERVED_PREFIXES.join(' or ')}`,
  ),
);

/** ISO 8601 in UTC, down to milliseconds at most; leaves as `toISOString` writes it. */
export const utcTime = v.pipe(
  v.string(),
  v.check(isUtcTime, 'must be a time such as 2026-01-31T08:00:00Z'),
  v.transform((time) => new Date(time).toISOString()),
);

export const user = v.strictObject({
  issuer: v.pipe(v.string(), v.regex(ISSUER_ALIAS)),
  sub: v.pipe(v.string(), v.check(isSub)),
});

function isUtcTime(time: string): boolean {
  return UTC_TIME.test(time) && parseTimestamp(time) !== undefined;
}

/** Something that happened to a user, as it is queued and stored. */
export interface UserEvent {
  readonly user: User;
  /** A lower-case UUIDv7 (RFC 9562): its time is the order of events. */
  readonly id: string;
  /** Dotted words: `cart.item-added`. */
  readonly type: string;
  /** An object. */
  readonly data: JsonText;
  /** ISO 8601 UTC, as the client says, or else `receivedAt`. */
  readonly occurredAt: string;
  /** ISO 8601 UTC, by our clock. */
  readonly receivedAt: string;
}

/** Who says that it happened: the user's client, or the system itself, which no client can write as. */
export type EventSource = 'client' | 'system';

/** An event as the table has it. */
export interface StoredEvent extends UserEvent {
  readonly source: EventSource;
}
