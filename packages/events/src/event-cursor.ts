import { textFromBase64url, toBase64url, uuidv7Ms } from '@cloakroom/core';
import { InvalidCursorError } from './errors.ts';

const EVENT_KEY = /^(.{36})#[cs]$/;

/** Where the next page begins, opaque to clients: the sort key of the last event of this one. It names no user. */
export function formatCursor(eventKey: string): string {
  return toBase64url(eventKey);
}

/** @throws InvalidCursorError for anything that {@link formatCursor} does not make of an event's key */
export function parseCursor(cursor: string): string {
  const eventKey = textFromBase64url(cursor);
  const id = EVENT_KEY.exec(eventKey ?? '')?.[1];
  if (eventKey === undefined || id === undefined || uuidv7Ms(id) === undefined) throw new InvalidCursorError();
  return eventKey;
}
