import { type Cursors, publicUserKey, type Telemetry } from '@cloakroom/core';
import type { EventReader, StoredEvent } from '@cloakroom/events';
import { actionFields, isCaller, parsePageQuery, type Route, requireCaller, requireUser } from '@cloakroom/http';
import { formatPosition, type Position, parsePosition } from './export-position.ts';
import { type ExportPage, type ExportSessionsDeps, exportSessions } from './export-sessions.ts';

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
    access: ['self', 'admin'],
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
        ...actionFields(request, user, isCaller(user, requireCaller(request)) ? 'self' : 'admin'),
        part: position.part,
        lines: page.lines.length,
      });
      return {
        status: 200,
        contentType: JSON_LINES,
        text: page.lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
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
