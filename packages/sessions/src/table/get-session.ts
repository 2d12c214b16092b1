import type { User } from '@cloakroom/core';
import { type EndedSession, type ListedSession, NO_DATA, type Session, type SessionData } from '../model/session.ts';
import { dataKey, endedKey, sessionKey } from './item-key.ts';
import { readListed } from './read-listed.ts';
import { readSession } from './read-session.ts';
import { ENDED_ATTRIBUTES, parseData, parseEnded, SESSION_ATTRIBUTES } from './session-item.ts';
import { getItem, getRawItem, projectionOf, type ReadTable } from './table.ts';

/** Made once: the first is part of every request that is authorized. */
const SESSION = projectionOf(SESSION_ATTRIBUTES);
const ENDED = projectionOf(ENDED_ATTRIBUTES);

/**
 * The session under this id, by one strongly consistent read; undefined when there is none or it has ended.
 * It may have expired: `isActive` tells.
 *
 * @throws StoredItemError when what is there is not a session
 */
export async function getSession(table: ReadTable, user: User, id: string): Promise<Session | undefined> {
  const item = await getRawItem(table, sessionKey(user, id), SESSION);
  return item === undefined ? undefined : readSession(item);
}

/** What stands under this id, understood or not. The same read. */
export async function getListedSession(table: ReadTable, user: User, id: string): Promise<ListedSession | undefined> {
  const item = await getRawItem(table, sessionKey(user, id), SESSION);
  return item === undefined ? undefined : readListed(item);
}

/** What became of the session or the login with this id; undefined unless it has ended. */
export async function getEndedSession(table: ReadTable, user: User, id: string): Promise<EndedSession | undefined> {
  const item = await getItem(table, endedKey(user, id), ENDED);
  return item === undefined ? undefined : parseEnded(item);
}

/** What the application keeps in the session. */
export async function getSessionData(table: ReadTable, user: User, id: string): Promise<SessionData> {
  const item = await getItem(table, dataKey(user, id));
  return item === undefined ? NO_DATA : parseData(item);
}
