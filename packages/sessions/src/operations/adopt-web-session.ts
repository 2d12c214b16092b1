import { epochSeconds } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import { isBack } from '../model/watermark.ts';
import { PRESENT, VERSION_AS_READ } from '../table/conditions.ts';
import { endSession } from '../table/end-session.ts';
import { SID_KEY, sessionKey, userRecordKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { tryToAddOwner } from '../table/provider-session.ts';
import { readSession } from '../table/read-session.ts';
import { parseUserRecord, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from '../table/session-item.ts';
import { getItem, getRawItem, projectionOf, type SessionTable, toItem } from '../table/table.ts';
import { updateItem, type WriteOutcome } from '../table/write-item.ts';
import { finishEnding } from './finish-ending.ts';
import type { SessionRequest } from './require-session.ts';

/** `ended`: an app, or the provider, had ended it. `gone`: there is no such session of a web app. */
export type AdoptOutcome = 'adopted' | 'ended' | 'gone';

const ADOPTED = projectionOf([...SESSION_ATTRIBUTES, 'web_sid_key']);
const USER = projectionOf([...USER_ATTRIBUTES, 'ttl']);

/**
 * Does for a web session what its app may not do: writes down whose the session at the provider is, where that sends logout tokens, and
 * ends the web session if one has come already; gives its item a TTL; and takes the TTL of an earlier erasure from its user, who is
 * back. A second time changes nothing. Takes two reads and at most four writes.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; StoredItemError; the errors of AWS
 */
export async function adoptWebSession(table: SessionTable, { user, id }: SessionRequest): Promise<AdoptOutcome> {
  const item = await getRawItem(table, sessionKey(user, id), ADOPTED);
  if (item === undefined) return 'gone';
  const session = readSession(item);
  if (session.endedByApp !== undefined) return finishEnding(table, { user, id, end: session.endedByApp });
  if (session.kind !== 'web') return 'gone';
  // The end is the app's word: what keeps an ended login ended must outlast its tokens all the same.
  const ttl = Math.max(session.absoluteExpiresAt, epochSeconds(table.nowMs())) + table.loginMaxLifetimeSeconds;
  if (await isOverAtProvider(table, { ...session, ttl }, item.web_sid_key?.S)) {
    return endSession(table, { session, reason: 'logout' });
  }
  await keepUser(table, session);
  if (item.ttl !== undefined) return 'adopted';
  const outcome = await untilDecided(table, {
    Key: toItem(sessionKey(user, id)),
    UpdateExpression: 'SET #ttl = :ttl',
    ConditionExpression: PRESENT,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':ttl': ttl }),
  });
  return outcome === 'written' ? 'adopted' : 'gone';
}

/** Whether a logout token has come before anybody could know whose the session at the provider is. */
async function isOverAtProvider(
  table: SessionTable,
  { user, sidHash, ttl }: Session,
  sidKey: string | undefined,
): Promise<boolean> {
  if (sidHash === undefined || sidKey === undefined) return false;
  if (!SID_KEY.test(sidKey)) throw new StoredItemError('SESSION', 'web_sid_key');
  const add = () => tryToAddOwner(table, { user, sidHash, sidKey, ttl });
  return (await retryLostRaces('revocation', add, table.races)) === 'over';
}

/** Otherwise what is kept of the user would go while the user has sessions. */
async function keepUser(table: SessionTable, session: Session): Promise<void> {
  const key = userRecordKey(session.user);
  const stored = await getItem(table, key, USER);
  if (stored?.ttl === undefined) return;
  const record = parseUserRecord(stored);
  if (!isBack(session, record)) return;
  // A later erasure has another version.
  await untilDecided(table, {
    Key: toItem(key),
    UpdateExpression: 'REMOVE #ttl',
    ConditionExpression: VERSION_AS_READ,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':version': record.version }),
  });
}

/** Once no transaction is in the way. */
function untilDecided(table: SessionTable, update: Parameters<typeof updateItem>[1]): Promise<WriteOutcome> {
  const write = async () => {
    const outcome = await updateItem(table, update);
    return outcome === 'lost_race' ? undefined : outcome;
  };
  return retryLostRaces('revocation', write, table.races);
}
