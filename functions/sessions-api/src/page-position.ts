import { InvalidCursorError } from '@cloakroom/core';
import type { ListedSession, Session } from '@cloakroom/sessions';

/** A place in a list that begins with the newest: sessions of one second come in the order of their ids. */
export type Position = Pick<Session, 'createdAt' | 'id'>;

/** An id that is none of ours may have any characters: up to the limit of DynamoDB, in bytes. */
const POSITION = /^(\d{1,12})\.(.{0,1024})$/s;

export function formatPosition({ createdAt, id }: Position): string {
  return `${createdAt}.${id}`;
}

/** @throws InvalidCursorError for what {@link formatPosition} does not make */
export function parsePosition(text: string): Position {
  const [, createdAt, id] = POSITION.exec(text) ?? [];
  if (createdAt === undefined || id === undefined) throw new InvalidCursorError();
  return { createdAt: Number(createdAt), id };
}

/** What is not understood has no time that counts: it comes last. */
function positionOf(session: ListedSession): Position {
  return session.kind === 'unknown' ? { createdAt: 0, id: session.id } : session;
}

interface PageOptions {
  readonly after: Position | undefined;
  readonly limit: number;
}

interface Page {
  readonly shown: readonly ListedSession[];
  /** Where the next page begins; undefined when there is none. */
  readonly last: Position | undefined;
}

/** The sessions that come after a place, which need not be that of a session that is still there. */
export function pageAfter(sessions: readonly ListedSession[], { after, limit }: PageOptions): Page {
  const ordered = sessions.toSorted((a, b) => compare(positionOf(a), positionOf(b)));
  const rest = after === undefined ? ordered : ordered.filter((session) => compare(after, positionOf(session)) < 0);
  const shown = rest.slice(0, limit);
  const last = rest.length > limit ? shown.at(-1) : undefined;
  return { shown, last: last === undefined ? undefined : positionOf(last) };
}

function compare(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
