import { epochSeconds, type User } from '@cloakroom/core';
import { isActive } from '../model/lifetime.ts';
import type { Session, UserSnapshot } from '../model/session.ts';
import { endingSteps } from '../table/end-session.ts';
import { readUser } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { runTransaction } from '../table/transaction.ts';

/** How many expired sessions are ended in passing: the others are not shown either, and their turn comes. */
const MAX_ENDED_IN_PASSING = 10;

/**
 * The active sessions of a user, newest first, and what else is kept of the user, by one Query. Expired ones that it finds are
 * ended by one transaction more; should one of them be used just then, nothing is, and the next time will do.
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
