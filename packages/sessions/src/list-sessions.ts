import { epochSeconds, type User } from '@cloakroom/core';
import { endingSteps } from './end-session.ts';
import { statusOf } from './lifetime.ts';
import { readUser, type UserSnapshot } from './read-user.ts';
import type { Session } from './session.ts';
import type { SessionTable } from './table.ts';
import { runTransaction } from './transaction.ts';

export interface ListRequest {
  readonly user: User;
  readonly loginMaxLifetimeSeconds: number;
}

/** How many expired sessions are ended in passing: the others are not shown either, and their turn comes. */
const MAX_ENDED_IN_PASSING = 10;

/**
 * The active sessions of a user, newest first, and what else is kept of the user, by one Query. Expired ones that it finds are
 * ended by one transaction more; should one of them be used just then, nothing is, and the next time will do.
 */
export async function listSessions(table: SessionTable, request: ListRequest): Promise<UserSnapshot> {
  const { sessions, ...rest } = await readUser(table, request.user);
  const now = epochSeconds(table.nowMs());
  const isActive = (session: Session) => statusOf(session, now) === 'active';
  const expired = sessions.filter((session) => !isActive(session)).slice(0, MAX_ENDED_IN_PASSING);
  if (expired.length > 0) {
    const { loginMaxLifetimeSeconds } = request;
    const end = (session: Session) => endingSteps(table, { session, reason: 'expired', loginMaxLifetimeSeconds }, now);
    await runTransaction(table, expired.flatMap(end));
  }
  const active = sessions.filter(isActive).toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  return { ...rest, sessions: active };
}
