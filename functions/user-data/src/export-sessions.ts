import { epochSeconds, type NowMs, settleEach, type User } from '@cloakroom/core';
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
