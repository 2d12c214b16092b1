import type { SessionStore } from './session-store.ts';
import { isBurnt } from './table/burn.ts';
import { getEndedSession, getSession } from './table/get-session.ts';
import { readUser } from './table/read-user.ts';
import { type TouchedTable, touchSession } from './table/touch-session.ts';

/** Sessions as a request meets them: read, and their use written down. All that the authorizer does with the table, and no code for more. */
export type ActiveSessions = Pick<SessionStore, 'get' | 'getEnded' | 'getUser' | 'isBurnt' | 'touch'>;

export function createActiveSessions(table: TouchedTable): ActiveSessions {
  return {
    get: (user, id) => getSession(table, user, id),
    getEnded: (user, id) => getEndedSession(table, user, id),
    getUser: (user) => readUser(table, user),
    isBurnt: (user, sidHash) => isBurnt(table, user, sidHash),
    touch: (session, use = { isUse: true, isFirst: false }) => touchSession(table, session, use),
  };
}
