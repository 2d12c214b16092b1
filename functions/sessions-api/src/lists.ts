import { epochSeconds, InvalidCursorError, settleEach, type User, userKey } from '@cloakroom/core';
import { type HttpRequest, invalidQuery, parsePageQuery, type Route, requireUser, showUser } from '@cloakroom/http';
import { type ListedSession, NO_DATA, type Session, type SessionData } from '@cloakroom/sessions';
import type { SessionsApiDeps } from './deps.ts';
import { SERVICES, seesRecordsOnly, showListed } from './show-session.ts';

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

/** The data of the sessions on a page, by session; undefined where it was not asked for. */
type DataOf = (session: ListedSession) => SessionData | null | undefined;

const WITHOUT_DATA: DataOf = () => undefined;
/** Queries at the same time. */
const PARALLEL = 10;

/** @throws HttpError INVALID_QUERY */
function parseListQuery(query: HttpRequest['query']) {
  const { include, ...page } = query;
  if (include !== undefined && include !== 'data') throw invalidQuery('include', 'must be data');
  return { ...parsePageQuery(page), includesData: include === 'data' };
}

/** One Query for each of the users. */
async function readDataOf(users: readonly User[], sessions: SessionsApiDeps['sessions']): Promise<DataOf> {
  const distinct = [...new Map(users.map((user) => [userKey(user), user])).values()];
  const found = new Map(
    await settleEach(PARALLEL, distinct, async (user) => [userKey(user), await sessions.listData(user)] as const),
  );
  return ({ user, id }) => {
    const data = found.get(userKey(user))?.get(id);
    return data === undefined ? NO_DATA : data;
  };
}

type ListOfUserDeps = Pick<SessionsApiDeps, 'sessions' | 'cursors' | 'nowMs'>;

/**
 * Answers the active sessions of a user, newest first, and at the end what is not understood in the place of a session:
 * `{userId, userKey, sessions, nextCursor?}`. Their data comes with `?include=data`. One Query, and one more for data, however many
 * sessions have ended; a session that begins or ends between two pages shifts none of the others.
 */
export function listOfUser(access: Route['access'], { sessions, cursors, nowMs }: ListOfUserDeps): Route {
  return {
    access,
    async handle(request) {
      const user = requireUser(request);
      const { limit, cursor, includesData } = parseListQuery(request.query);
      const scope = scopeOf(request);
      const after = cursor === undefined ? undefined : parsePosition(await cursors.open(scope, cursor));
      // The sessions last: an end deletes the data too, and would pass for a session without any.
      const dataOf = includesData ? await readDataOf([user], sessions) : WITHOUT_DATA;
      const { sessions: active, unknown } = await sessions.list(user);
      const all = seesRecordsOnly(request) ? active.filter(({ kind }) => kind === 'record') : [...active, ...unknown];
      const { shown, last } = pageAfter(all, { after, limit });
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          ...showUser(user, request),
          sessions: shown.map((session) => showListed(request, nowSeconds, { session, data: dataOf(session) })),
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
 * `{sessions, nextCursor?}`. To a service, the records of its issuer, or all sessions. With `?include=data` one Query more for each user on the
 * page; what ends in between has none. A page may have
 * fewer than `limit`, even none, and still name a next one: this reads the whole table, some at a time.
 */
export function listAll({ sessions, cursors, nowMs }: ListAllDeps): Route {
  return {
    access: ['admin', ...SERVICES],
    async handle(request) {
      const { limit, cursor, includesData } = parseListQuery(request.query);
      const issuers = request.administers.toSorted();
      const scope = `${request.routeKey} ${issuers.join(' ')}`;
      const position = cursor === undefined ? undefined : await cursors.open(scope, cursor);
      const page = await sessions.scan({ issuers, limit, position, recordsOnly: seesRecordsOnly(request) });
      const users = page.sessions.map(({ user }) => user);
      const dataOf = includesData ? await readDataOf(users, sessions) : WITHOUT_DATA;
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          sessions: page.sessions.map((session) => showListed(request, nowSeconds, { session, data: dataOf(session) })),
          ...(page.position === undefined ? {} : { nextCursor: await cursors.seal(scope, page.position) }),
        },
      };
    },
  };
}
