import { type Cursors, InvalidCursorError, type User, userKey } from '@cloakroom/core';

/** Where a page of an export begins: after a session, by its id; or with the events, at the cursor of their own list. */
export type Position =
  | { readonly part: 'sessions'; readonly after: string }
  | { readonly part: 'events'; readonly cursor: string | undefined };

const SESSIONS = 's';
const EVENTS = 'e';

/** The position as clients carry it. */
export function formatPosition(cursors: Cursors, user: User, position: Position): Promise<string> {
  const text = position.part === 'sessions' ? SESSIONS + position.after : EVENTS + (position.cursor ?? '');
  return cursors.seal(scopeOf(user), text);
}

/** @throws InvalidCursorError for anything that {@link formatPosition} does not make for the same user */
export async function parsePosition(cursors: Cursors, user: User, cursor: string): Promise<Position> {
  const text = await cursors.open(scopeOf(user), cursor);
  const rest = text.slice(1);
  if (text[0] === SESSIONS) return { part: 'sessions', after: rest };
  if (text[0] === EVENTS) return { part: 'events', cursor: rest === '' ? undefined : rest };
  throw new InvalidCursorError();
}

function scopeOf(user: User): string {
  return `export of ${userKey(user)}`;
}
