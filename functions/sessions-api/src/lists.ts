import { epochSeconds, InvalidCursorError, userKey } from '@cloakroom/core';
import { type HttpRequest, parsePageQuery, type Route, requireUser, showUser } from '@cloakroom/http';
import type { ListedSession, Session } from '@cloakroom/sessions';
import type { SessionsApiDeps } from './deps.ts';
import { showListed } from './show-session.ts';

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
function pageAfter(sessions: readonly ListedSession[], { after, limit }: PageOptions): Page {
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

type ListOfUserDeps = Pick<SessionsApiDeps, 'sessions' | 'cursors' | 'nowMs'>;

/**
 * Answers the active sessions of a user, newest first, without their data, and at the end what is not understood in the place
 * of a session: `{userId, userKey, sessions, nextCursor?}`. One Query, however many
 * sessions have ended; a session that begins or ends between two pages shifts none of the others.
 */
export function listOfUser(access: Route['access'], { sessions, cursors, nowMs }: ListOfUserDeps): Route {
  return {
    access,
    async handle(request) {
      const user = requireUser(request);
      const { limit, cursor } = parsePageQuery(request.query);
      const scope = scopeOf(request);
      const after = cursor === undefined ? undefined : parsePosition(await cursors.open(scope, cursor));
      const { sessions: active, unknown } = await sessions.list(user);
      const { shown, last } = pageAfter([...active, ...unknown], { after, limit });
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          ...showUser(user, request),
          sessions: shown.map((session) => showListed(request, nowSeconds, session)),
          ...(last === undefined ? {} : { nextCursor: await cursors.seal(scope, formatPosition(last)) }),
        },
      };
    },
  };
}

/** A cursor is good for the one list of the one user. */
function scopeOf(request: HttpRequest): string {
  return `${request.routeKey} ${userKey(requireUser(request))}`;
}

type ListAllDeps = Pick<SessionsApiDeps, 'sessions' | 'cursors' | 'nowMs'>;

/**
 * Answers the active sessions of all users whom the caller administers, and what is not understood in their places, in no order:
 * `{sessions, nextCursor?}`. A page may have
 * fewer than `limit`, even none, and still name a next one: this reads the whole table, some at a time.
 */
export function listAll({ sessions, cursors, nowMs }: ListAllDeps): Route {
  return {
    access: ['admin'],
    async handle(request) {
      const { limit, cursor } = parsePageQuery(request.query);
      const issuers = request.administers.toSorted();
      const scope = `${request.routeKey} ${issuers.join(' ')}`;
      const position = cursor === undefined ? undefined : await cursors.open(scope, cursor);
      const page = await sessions.scan({ issuers, limit, position });
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          sessions: page.sessions.map((session) => showListed(request, nowSeconds, session)),
          ...(page.position === undefined ? {} : { nextCursor: await cursors.seal(scope, page.position) }),
        },
      };
    },
  };
}
