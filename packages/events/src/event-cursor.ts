import { type Cursors, InvalidCursorError, uuidv7Ms } from '@cloakroom/core';

const EVENT_KEY = /^(.{36})#[cs]$/;

/** Where the next page of one user's events begins, opaque to clients: the sort key of the last event of this one. */
export function formatCursor(cursors: Cursors, userKey: string, eventKey: string): Promise<string> {
  return cursors.seal(scopeOf(userKey), eventKey);
}

/** @throws InvalidCursorError for anything that {@link formatCursor} does not make for this user of an event's key */
export async function parseCursor(cursors: Cursors, userKey: string, cursor: string): Promise<string> {
  const eventKey = await cursors.open(scopeOf(userKey), cursor);
  const id = EVENT_KEY.exec(eventKey)?.[1];
  if (id === undefined || uuidv7Ms(id) === undefined) throw new InvalidCursorError();
  return eventKey;
}

function scopeOf(userKey: string): string {
  return `events:${userKey}`;
}
