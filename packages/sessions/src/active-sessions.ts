import type { User } from '@cloakroom/core';
import type { EndedSession, Session, UserSnapshot } from './model/session.ts';
import { isBurnt } from './table/burn.ts';
import { getEndedSession, getSession } from './table/get-session.ts';
import { readUser } from './table/read-user.ts';
import { type SessionUse, type TouchedTable, type TouchOutcome, touchSession } from './table/touch-session.ts';

/** Sessions as a request meets them: read, and their use written down. All that the authorizer does with the table, and no code for more. */
export interface ActiveSessions {
  /** The session, which may have expired (see `isActive`); undefined when there is none or it has ended. One GetItem. */
  get(user: User, id: string): Promise<Session | undefined>;
  /** What became of a session or login; undefined unless it has ended. One GetItem. */
  getEnded(user: User, id: string): Promise<EndedSession | undefined>;
  /** Whether no login of this provider session opens anything any more (see `Login.sidHash`). One GetItem. */
  isBurnt(user: User, sidHash: string): Promise<boolean>;
  /** All sessions of a user, expired ones too, and what is kept of the user. One Query, and nothing is written. */
  getUser(user: User): Promise<UserSnapshot>;
  /** Writes down that the session is used now; to be called when `isTouchDue`, or when its secret `isUnconfirmed`. One UpdateItem. */
  touch(session: Touched, use?: SessionUse): Promise<TouchOutcome>;
}

type Touched = Pick<Session, 'user' | 'id' | 'kind' | 'idle' | 'ticket'>;

export function createActiveSessions(table: TouchedTable): ActiveSessions {
  return {
    get: (user, id) => getSession(table, user, id),
    getEnded: (user, id) => getEndedSession(table, user, id),
    getUser: (user) => readUser(table, user),
    isBurnt: (user, sidHash) => isBurnt(table, user, sidHash),
    touch: (session, use = { isUse: true, isFirst: false }) => touchSession(table, session, use),
  };
}
