import type { User } from '@cloakroom/core';

/** JSON's own object (RFC 8259 §4). */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Something that happened to a user, as it is queued and stored. */
export interface UserEvent {
  readonly user: User;
  /** A lower-case UUIDv7 (RFC 9562): its time is the order of events. */
  readonly id: string;
  /** Dotted words: `cart.item-added`. */
  readonly type: string;
  readonly data: JsonObject;
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
