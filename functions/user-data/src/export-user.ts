import {
  type Cursors,
  epochSeconds,
  formatJson,
  InvalidCursorError,
  type NowMs,
  publicUserKey,
  settleEach,
  type Telemetry,
  type User,
  userKey,
} from '@cloakroom/core';
import type { EventReader, StoredEvent } from '@cloakroom/events';
import { actionFields, parsePageQuery, type Route, requireUser } from '@cloakroom/http';
import {
  isActive,
  type ListedSession,
  publicSessionId,
  type Session,
  type SessionStore,
  StoredItemError,
  toSessionView,
  toUnknownSessionView,
} from '@cloakroom/sessions';

/** Where a page of an export begins: after a session, by its id; or with the events, at the cursor of their own list. */
type Position =
  | { readonly part: 'sessions'; readonly after: string }
  | { readonly part: 'events'; readonly cursor: string | undefined };

const SESSIONS = 's';
const EVENTS = 'e';

/** The position as clients carry it. */
function formatPosition(cursors: Cursors, user: User, position: Position): Promise<string> {
  const text = position.part === 'sessions' ? SESSIONS + position.after : EVENTS + (position.cursor ?? '');
  return cursors.seal(scopeOf(user), text);
}

/** @throws InvalidCursorError for anything that {@link formatPosition} does not make for the same user */
async function parsePosition(cursors: Cursors, user: User, cursor: string): Promise<Position> {
  const text = await cursors.open(scopeOf(user), cursor);
  const rest = text.slice(1);
  if (text[0] === SESSIONS) return { part: 'sessions', after: rest };
  if (text[0] === EVENTS) return { part: 'events', cursor: rest === '' ? undefined : rest };
  throw new InvalidCursorError();
}

function scopeOf(user: User): string {
  return `export of ${userKey(user)}`;
}

/** Reads of data at the same time. */
const PARALLEL = 10;

export interface ExportSessionsDeps {
  readonly sessions: Pick<SessionStore, 'getUser' | 'getData'>;
  readonly nowMs: NowMs;
}

/** Some lines, and where the next page begins; undefined after the last. */
export interface ExportPage {
  readonly lines: readonly object[];
  readonly next: Position | undefined;
}

interface SessionsQuery {
  readonly user: User;
  /** The id of the last session of the page before, or an empty text. */
  readonly after: string;
  readonly limit: number;
  readonly isCurrent: (sessionId: string) => boolean;
}

/**
 * The active sessions after an id, and what is not understood in the place of one, in the order of their ids, which no use and no
 * ending changes. One Query, and one GetItem for the data of each. The events come next.
 */
export async function exportSessions(query: SessionsQuery, deps: ExportSessionsDeps): Promise<ExportPage> {
  const { user, after, limit } = query;
  const { sessions, unknown } = await deps.sessions.getUser(user);
  const nowSeconds = epochSeconds(deps.nowMs());
  const active = sessions.filter((session) => isActive(session, nowSeconds));
  const rest = [...active, ...unknown].filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = rest.slice(0, limit);
  const lines = await settleEach(PARALLEL, shown, (session) => lineOf(session, query, deps));
  const last = shown.at(-1);
  const isLast = rest.length <= limit || last === undefined;
  return { lines, next: isLast ? { part: 'events', cursor: undefined } : { part: 'sessions', after: last.id } };
}

async function lineOf(session: ListedSession, query: SessionsQuery, deps: ExportSessionsDeps): Promise<object> {
  const { user, id } = session;
  const data = await deps.sessions.getData(user, id).catch(nullIfMalformed);
  const shown = { version: data?.version ?? null, data: data?.value ?? null };
  if (session.kind === 'unknown') return { session: { ...toUnknownSessionView(session), ...shown } };
  const isCurrent = query.isCurrent(publicSessionId(user, id));
  const view = toSessionView({ session, isCurrent, nowSeconds: epochSeconds(deps.nowMs()) });
  return { session: { ...view, ...shown, ...claimsOf(session) } };
}

/** One item that is not understood does not keep a person from all the others. */
function nullIfMalformed(error: unknown): null {
  if (error instanceof StoredItemError) return null;
  throw error;
}

/** What the session keeps of the sign-in, besides what its owner is shown of it elsewhere. */
function claimsOf({ clientId, scope, groups, acr, amr }: Session): object {
  return { clientId, scope, groups, acr, amr };
}

/** https://github.com/ndjson/ndjson-spec */
const JSON_LINES = 'application/x-ndjson';
const FIRST: Position = { part: 'sessions', after: '' };

export interface ExportUserDeps extends ExportSessionsDeps {
  readonly events: Pick<EventReader, 'listOfUser'>;
  readonly cursors: Cursors;
  readonly telemetry: Telemetry;
}

/**
 * Answers what is kept of a user as JSON lines: `{"session": …}` for each active session, with its data, then
 * `{"event": …}` for each event, newest first. A page has up to `limit` lines, and names the next one in `x-next-cursor`;
 * it may be empty and still do so. The largest page, of 100 lines with 8 KiB of data each, is far below Lambda's 6 MB.
 */
export function exportUser(deps: ExportUserDeps): Route {
  return {
    access: ['self', 'admin', 'service:users'],
    async handle(request) {
      const user = requireUser(request);
      const { limit, cursor } = parsePageQuery(request.query);
      const position = cursor === undefined ? FIRST : await parsePosition(deps.cursors, user, cursor);
      const isCurrent = (sessionId: string) => sessionId === request.caller?.sessionId;
      const page =
        position.part === 'sessions'
          ? await exportSessions({ user, after: position.after, limit, isCurrent }, deps)
          : exportEvents(await deps.events.listOfUser(user, { limit, cursor: position.cursor }));
      deps.telemetry.log.info('user.exported', 'a page of a user was exported', {
        ...actionFields(request, user),
        part: position.part,
        lines: page.lines.length,
      });
      return {
        status: 200,
        contentType: JSON_LINES,
        text: page.lines.map((line) => `${formatJson(line)}\n`).join(''),
        ...(page.next === undefined
          ? {}
          : { headers: { 'x-next-cursor': await formatPosition(deps.cursors, user, page.next) } }),
      };
    },
  };
}

function exportEvents({ events, nextCursor }: Awaited<ReturnType<EventReader['listOfUser']>>): ExportPage {
  const next = nextCursor === undefined ? undefined : ({ part: 'events', cursor: nextCursor } as const);
  return { lines: events.map((event) => ({ event: showEvent(event) })), next };
}

function showEvent({ user, ...event }: StoredEvent): object {
  return { userId: user.sub, userKey: publicUserKey(user), ...event };
}
