import { epochSeconds, type User } from '@cloakroom/core';
import { SessionEndedError, SessionUnknownError, WebSessionError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import type { Session } from '../model/session.ts';
import { tryToEnd } from '../table/end-session.ts';
import { getEndedSession, getSession } from '../table/get-session.ts';
import type { SessionTable } from '../table/table.ts';

/** One session, by its user and its id there. */
export interface SessionRequest {
  readonly user: User;
  readonly id: string;
}

/** The same of one that is to be changed. @throws WebSessionError its app alone may do that, and what else {@link requireSession} throws */
export async function requireChangeable(table: SessionTable, request: SessionRequest): Promise<Session> {
  const session = await requireSession(table, request);
  if (session.kind === 'web') throw new WebSessionError();
  return session;
}

/** An expired session that could not be ended is read once more: it may have been used at that moment. */
const MAX_LOOKS = 2;

/**
 * The active session under this id. An expired one ends now. If other requests are in the way, it is expired all the same, and ends
 * another time. One read when it is active, two when it has ended.
 *
 * @throws SessionEndedError it has ended, or expired; `reason` says which
 * @throws SessionUnknownError there is none
 */
export async function requireSession(table: SessionTable, request: SessionRequest): Promise<Session> {
  const { user, id } = request;
  for (let looks = 1; ; looks += 1) {
    const session = await getSession(table, user, id);
    if (session === undefined) throw await whyMissing(table, request);
    if (isActive(session, epochSeconds(table.nowMs()))) return session;
    const outcome = await tryToEnd(table, { session, reason: 'expired' });
    if (outcome === 'ended' || looks === MAX_LOOKS) {
      throw new SessionEndedError(session.endedByApp?.reason ?? 'expired');
    }
  }
}

async function whyMissing(table: SessionTable, { user, id }: SessionRequest): Promise<Error> {
  const ended = await getEndedSession(table, user, id);
  return ended === undefined ? new SessionUnknownError() : new SessionEndedError(ended.reason);
}
