import { setTimeout } from 'node:timers/promises';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import type { User } from '@cloakroom/core';
import { type ActiveSessions, createActiveSessions } from './active-sessions.ts';
import type { CreationRequest } from './model/new-session.ts';
import type { Session, SessionData, UserSnapshot } from './model/session.ts';
import { createRecord, type RecordRequest, type RecordResult } from './operations/create-record.ts';
import { type CreationResult, createSession } from './operations/create-session.ts';
import { type ErasedPage, erasePage, markErased } from './operations/erase-user.ts';
import { listSessions } from './operations/list-sessions.ts';
import { type DataChange, type DataReplacement, replaceData } from './operations/replace-data.ts';
import { requireSession, type SessionRequest } from './operations/require-session.ts';
import { type RevokeAllRequest, revokeAllSessions } from './operations/revoke-all.ts';
import { type RevokeOutcome, type RevokeRequest, revokeSession } from './operations/revoke-session.ts';
import { type LifetimeChange, setLifetime } from './operations/set-lifetime.ts';
import { getSessionData } from './table/get-session.ts';
import { listData } from './table/list-data.ts';
import type { RaceTiming } from './table/lost-races.ts';
import { isKnown } from './table/read-user.ts';
import { type ScanRequest, type SessionPage, scanSessions } from './table/scan-sessions.ts';
import type { SessionTable } from './table/table.ts';

/**
 * The sessions of all users. What only the token handler does with tickets is in `TicketStore`. Reads are strongly consistent. Every change is conditional on what it was decided by.
 * A failure of the table is thrown, and never taken for "no session".
 */
export interface SessionStore extends ActiveSessions {
  /** What the application keeps in a session. One GetItem. */
  getData(user: User, id: string): Promise<SessionData>;
  /** What applications keep in all sessions of a user, by id. One Query. @see listData */
  listData(user: User): Promise<ReadonlyMap<string, SessionData | null>>;
  /** Whether the table holds anything of a user, be it an end marker. One Query, and nothing is written. */
  isKnown(user: User): Promise<boolean>;
  /** Opens the session of a login. One Query, one or two GetItems and one transaction. @throws see `createSession` */
  create(request: CreationRequest): Promise<CreationResult>;
  /** The active session; an expired one ends now. One or two GetItems. @throws SessionEndedError, SessionUnknownError */
  require(request: SessionRequest): Promise<Session>;
  /** The active sessions of a user, newest first. One Query, and one transaction when it finds expired ones. */
  list(user: User): Promise<UserSnapshot>;
  /** Ends a session for good; one that has ended, or that never was, is no error. One read, one transaction, and one write to burn. */
  revoke(request: RevokeRequest): Promise<RevokeOutcome>;
  /** Ends all sessions and sign-ins that a user has until now; returns how many sessions. @throws ConflictError */
  revokeAll(request: RevokeAllRequest): Promise<number>;
  /** Replaces the data of an active session. Two reads and one write. @throws see `replaceData` */
  replaceData(request: DataReplacement): Promise<DataChange>;
  /** Makes a session that lets nobody in. One Query and one transaction. @throws SessionLimitError, ContendedError */
  createRecord(request: RecordRequest): Promise<RecordResult>;
  /** Gives a session a lifetime of its own. One or two reads and one transaction. @throws see `setLifetime` */
  setLifetime(request: LifetimeChange): Promise<Session>;
  /** A page of all active sessions: the only Scan of a function. @throws ScanPositionError */
  scan(request: ScanRequest): Promise<SessionPage>;
  /** Ends everything of a user and marks the user as erased. To be called before `erasePage`. @throws ConflictError */
  markErased(user: User): Promise<void>;
  /** Deletes some of what is left of an erased user. To be repeated until it is done. @throws UserNotErasedError */
  erasePage(user: User): Promise<ErasedPage>;
}

export type SessionStoreOptions = Omit<SessionTable, 'items' | 'races'> &
  Pick<RaceTiming, 'remainingMs'> & {
    /** How lost races are waited out. */
    readonly races?: Pick<RaceTiming, 'sleep' | 'random'>;
  };

/** The table as the operations take it. */
export function sessionTableOf({ remainingMs, races, ...options }: SessionStoreOptions): SessionTable {
  return {
    ...options,
    items: sdkItems(options.dynamodb),
    races: { sleep: setTimeout, random: Math.random, ...races, remainingMs },
  };
}

export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const table = sessionTableOf(options);
  return {
    ...createActiveSessions(table),
    getData: (user, id) => getSessionData(table, user, id),
    listData: (user) => listData(table, user),
    isKnown: (user) => isKnown(table, user),
    create: (request) => createSession(table, request),
    require: (request) => requireSession(table, request),
    list: (user) => listSessions(table, user),
    revoke: (request) => revokeSession(table, request),
    revokeAll: (request) => revokeAllSessions(table, request),
    replaceData: (request) => replaceData(table, request),
    createRecord: (request) => createRecord(table, request),
    setLifetime: (request) => setLifetime(table, request),
    scan: (request) => scanSessions(table, request),
    markErased: (user) => markErased(table, user),
    erasePage: (user) => erasePage(table, user),
  };
}
