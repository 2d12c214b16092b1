import { createHash } from 'node:crypto';
import { isoTime, jsonText, userKey, uuidv7 } from '@cloakroom/core';
import type { UserEvent } from '@cloakroom/events';
import { publicSessionId, type SessionChange } from '@cloakroom/sessions';

/** Where in its second a change stands in the list of events: a session begins before it ends. */
const BEGINNING = 0x00;
const END = 0x0f;

/**
 * The event that tells a change. Its id is made of the change alone, so that the same change, however often and in whatever
 * batch it comes, is one event.
 */
export function changeEvent(change: SessionChange, receivedMs: number): UserEvent {
  const { user, id, what, at, kind } = change;
  const sessionId = publicSessionId(user, id);
  return {
    user,
    id: eventId(change),
    type: `session.${what}`,
    data: jsonText({ sessionId, kind, ...(what === 'created' ? {} : { reason: what }) }),
    occurredAt: isoTime(at),
    receivedAt: new Date(receivedMs).toISOString(),
  };
}

/** A UUIDv7 of the change's time, in which a hash of what happened to which session stands for the random bits. */
function eventId({ user, id, what, at }: SessionChange): string {
  const tail = createHash('sha256')
    .update(JSON.stringify([userKey(user), id, what]))
    .digest();
  // The bits right after the time (RFC 9562 §6.2): they order what happened within the same second.
  tail[0] = what === 'created' ? BEGINNING : END;
  return uuidv7(at * 1000, tail);
}
