import { epochSeconds, type User } from '@cloakroom/core';
import { isActive } from '../model/lifetime.ts';
import type { Session, UserSnapshot } from '../model/session.ts';
import { endingSteps } from '../table/end-session.ts';
import { readUser } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { runTransaction } from '../table/transaction.ts';

/** A list ends at most so many expired sessions. It shows none of the others either; a later list ends them. */
const MAX_ENDED_IN_PASSING = 10;

/**
 * The active sessions of a user, newest first, and what else is kept of the user, by one Query. One transaction more ends the
 * expired ones. If one of them is used at that moment, none is ended, and a later list tries again.
 */
export async function listSessions(table: SessionTable, user: User): Promise<UserSnapshot> {
  const { sessions, ...rest } = await readUser(table, user);
  const now = epochSeconds(table.nowMs());
  const isActiveNow = (session: Session) => isActive(session, now);
  const expired = sessions.filter((session) => !isActiveNow(session)).slice(0, MAX_ENDED_IN_PASSING);
  if (expired.length > 0) {
    const end = (session: Session) => endingSteps(table, { session, reason: 'expired' }, now);
    await runTransaction(table, expired.flatMap(end));
  }
  const active = sessions.filter(isActiveNow).toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  return { ...rest, sessions: active };
}
