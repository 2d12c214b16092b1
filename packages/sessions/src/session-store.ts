import { setTimeout } from 'node:timers/promises';
import type { User } from '@cloakroom/core';
import { type CreationResult, createSession } from './create-session.ts';
import { type Ending, type EndOutcome, endSession } from './end-session.ts';
import { getEndedSession, getSession, getSessionData } from './get-session.ts';
import type { RaceTiming } from './lost-races.ts';
import type { CreationRequest } from './new-session.ts';
import { readUser, type UserSnapshot } from './read-user.ts';
import type { EndedSession, Session, SessionData } from './session.ts';
import type { SessionTable } from './table.ts';
import { type TouchOutcome, touchSession } from './touch-session.ts';

/**
 * The sessions of all users. Reads are strongly consistent, and every change is conditional on what it was decided on.
 * A failure of the table is thrown: no answer ever means "no session" but the one that says so.
 */
export interface SessionStore {
  /** The session, which may have expired (see `statusOf`); undefined when there is none or it has ended. One GetItem. */
  get(user: User, id: string): Promise<Session | undefined>;
  /** What became of a session or login; undefined unless it has ended. One GetItem. */
  getEnded(user: User, id: string): Promise<EndedSession | undefined>;
  /** What the application keeps in a session. One GetItem. */
  getData(user: User, id: string): Promise<SessionData>;
  /** All sessions of a user, expired ones too, and what is kept of the user. One Query, and nothing is written. */
  getUser(user: User): Promise<UserSnapshot>;
  /** Writes down that the session is used now; to be called when `isTouchDue`. One UpdateItem. */
  touch(session: Pick<Session, 'user' | 'id'>): Promise<TouchOutcome>;
  /** Opens the session of a login. One Query and one transaction. @throws see `createSession` */
  create(request: CreationRequest): Promise<CreationResult>;
  /** Ends a session for good. One transaction. @throws ConflictError */
  end(ending: Ending): Promise<EndOutcome>;
}

export type SessionStoreOptions = Omit<SessionTable, 'races'> & {
  /** How lost races are waited out. */
  readonly races?: RaceTiming;
};

export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const table: SessionTable = { races: { sleep: setTimeout, random: Math.random }, ...options };
  return {
    get: (user, id) => getSession(table, user, id),
    getEnded: (user, id) => getEndedSession(table, user, id),
    getData: (user, id) => getSessionData(table, user, id),
    getUser: (user) => readUser(table, user),
    touch: (session) => touchSession(table, session),
    create: (request) => createSession(table, request),
    end: (ending) => endSession(table, ending),
  };
}
