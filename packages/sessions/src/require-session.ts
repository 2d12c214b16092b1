import { epochSeconds, type User } from '@cloakroom/core';
import { tryToEnd } from './end-session.ts';
import { SessionEndedError, SessionUnknownError } from './errors.ts';
import { getEndedSession, getSession } from './get-session.ts';
import { statusOf } from './lifetime.ts';
import type { Session } from './session.ts';
import type { SessionTable } from './table.ts';

/** One session, by its user and its id there. */
export interface SessionRequest {
  readonly user: User;
  readonly id: string;
  /** How long a login can open sessions at all: see `Ending`. */
  readonly loginMaxLifetimeSeconds: number;
}

/** One that is found expired is looked at once more when it could not be ended: it may have been used just then. */
const MAX_LOOKS = 2;

/**
 * The active session under this id. One that is found expired ends now, with that reason; where others are in the way, it is
 * no less expired, and ends another time. One read when it is active, two when it has ended.
 *
 * @throws SessionEndedError it has ended, or expired; `reason` says which
 * @throws SessionUnknownError there is none
 */
export async function requireSession(table: SessionTable, request: SessionRequest): Promise<Session> {
  const { user, id, loginMaxLifetimeSeconds } = request;
  for (let looks = 1; ; looks += 1) {
    const session = await getSession(table, user, id);
    if (session === undefined) throw await whyMissing(table, request);
    if (statusOf(session, epochSeconds(table.nowMs())) === 'active') return session;
    const outcome = await tryToEnd(table, { session, reason: 'expired', loginMaxLifetimeSeconds });
    if (outcome === 'ended' || looks === MAX_LOOKS) throw new SessionEndedError('expired');
  }
}

async function whyMissing(table: SessionTable, { user, id }: SessionRequest): Promise<Error> {
  const ended = await getEndedSession(table, user, id);
  return ended === undefined ? new SessionUnknownError() : new SessionEndedError(ended.reason);
}
