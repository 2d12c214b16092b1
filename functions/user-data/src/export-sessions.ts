import { epochSeconds, type NowMs, type User } from '@cloakroom/core';
import { publicSessionId, type Session, type SessionStore, statusOf, toSessionView } from '@cloakroom/sessions';
import type { Position } from './export-position.ts';

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
 * The active sessions after an id, in the order of their ids, which no use and no ending changes. One Query, and one GetItem
 * for the data of each. The events come next.
 */
export async function exportSessions(query: SessionsQuery, deps: ExportSessionsDeps): Promise<ExportPage> {
  const { user, after, limit, isCurrent } = query;
  const { sessions } = await deps.sessions.getUser(user);
  const nowSeconds = epochSeconds(deps.nowMs());
  const active = sessions
    .filter((session) => statusOf(session, nowSeconds) === 'active' && session.id > after)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = active.slice(0, limit);
  const lines: object[] = [];
  for (let at = 0; at < shown.length; at += PARALLEL) {
    const some = shown.slice(at, at + PARALLEL).map(async (session) => {
      const data = await deps.sessions.getData(user, session.id);
      const view = { session, data, isCurrent: isCurrent(publicSessionId(user, session.id)), nowSeconds };
      return { session: { ...toSessionView(view), ...claimsOf(session) } };
    });
    lines.push(...(await Promise.all(some)));
  }
  const last = shown.at(-1);
  const isLast = active.length <= limit || last === undefined;
  return { lines, next: isLast ? { part: 'events', cursor: undefined } : { part: 'sessions', after: last.id } };
}

/** What the session keeps of the sign-in, besides what its owner is shown of it elsewhere. */
function claimsOf({ clientId, scope, groups, acr, amr }: Session): object {
  return { clientId, scope, groups, acr, amr };
}
