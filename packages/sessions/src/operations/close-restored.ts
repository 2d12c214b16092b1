import { epochSeconds, settleEach, type User, userKey } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { ListedSession } from '../model/session.ts';
import { tryToBurn } from '../table/burn.ts';
import { ABSENT, TTL_BELOW } from '../table/conditions.ts';
import { endMarker } from '../table/end-session.ts';
import { endedKey, isBurntItem, isEndedItem, isSessionItem, isUserItem, userRecordKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { raiseWatermark } from '../table/raise-watermark.ts';
import { readListed } from '../table/read-listed.ts';
import { readSessionsToEnd } from '../table/read-user.ts';
import {
  getRawItem,
  type Item,
  projectionOf,
  queryToEnd,
  type ReadTable,
  type SessionTable,
  toItem,
} from '../table/table.ts';
import { putItem } from '../table/write-item.ts';
import { erasePage, markErased } from './erase-user.ts';
import { raiseAndEnd } from './revoke-each.ts';
import { revokeSession } from './revoke-session.ts';

/** A table that was restored to an earlier time, and that nobody works on yet; and the one whose place it takes. */
export interface RestoredTable {
  readonly restored: SessionTable;
  /** Where it can still be read. Nobody writes to it any more. */
  readonly lost: ReadTable | undefined;
}

/** What was done about a user. */
export interface ClosedUser {
  /** Sessions that were active. */
  readonly ended: number;
  readonly isErased: boolean;
  /** That what is kept of the user is malformed. All sessions have ended; nobody can sign in as them. */
  readonly isUnreadable: boolean;
}

/** How many items of a user are written at a time. */
const AT_ONCE = 8;

/**
 * Whatever a user has signed in to until now opens nothing in the restored table: the watermark rises; all sessions end but records,
 * which let nobody in; and what is over by the lost table is over here: logins that have ended or are burnt, records, erased users.
 * Sessions that the lost table alone has are over too. Repeating it is safe, and so is to begin anew after a failure.
 *
 * @throws ConflictError, the errors of AWS
 */
export async function closeUser({ restored, lost }: RestoredTable, user: User): Promise<ClosedUser> {
  const kept = lost === undefined ? [] : await itemsOf(lost, user);
  // To be asked before the watermark rises: a rise takes the TTL from the mark of an erasure.
  const isErased = await isToErase(restored, user, kept);
  const end = isErased ? markErased(restored, user).then(() => 0) : endAllButRecords(restored, user);
  const ended = await end.catch(unlessUnreadable);
  await endRecords(restored, user, kept);
  await settleEach(AT_ONCE, kept, (item) => bringOver(restored, item));
  if (isErased && ended !== undefined) await eraseToEnd(restored, user);
  return { ended: ended ?? 0, isErased, isUnreadable: ended === undefined };
}

function itemsOf(table: ReadTable, user: User): Promise<readonly Item[]> {
  return queryToEnd(table, {
    KeyConditionExpression: 'user_key = :user_key',
    ExpressionAttributeValues: toItem({ ':user_key': userKey(user) }),
  });
}

/** Erased after the time that was restored; or before it, and nobody has signed in since: then the mark has a TTL. */
async function isToErase(restored: SessionTable, user: User, kept: readonly Item[]): Promise<boolean> {
  const here = await getRawItem(restored, userRecordKey(user), projectionOf(['erased_at', 'ttl']));
  const there = kept.find(({ item }) => isUserItem(item?.S));
  const erasedHere = Number(here?.erased_at?.N ?? 0);
  return Number(there?.erased_at?.N ?? 0) > erasedHere || (erasedHere > 0 && here?.ttl !== undefined);
}

function endAllButRecords(restored: SessionTable, user: User): Promise<number> {
  const raise = () => raiseWatermark(restored, user, 'everyone');
  return raiseAndEnd(restored, user, { raise, isToEnd: ({ kind }) => kind !== 'record', reason: 'revoked' });
}

function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof StoredItemError)) throw error;
}

/** A record that has ended since the time that was restored. */
async function endRecords(restored: SessionTable, user: User, kept: readonly Item[]): Promise<void> {
  const ended = new Set(kept.map(({ item }) => item?.S ?? '').filter(isEndedItem));
  if (ended.size === 0) return;
  const left = await readSessionsToEnd(restored, user);
  await settleEach(
    AT_ONCE,
    left.filter(({ id }) => ended.has(endedKey(user, id).item)),
    ({ id }) => revokeSession(restored, { user, id }),
  );
}

/** A mark as it is; of a session what would be left of it, had it ended now. Nothing else. */
async function bringOver(restored: SessionTable, item: Item): Promise<void> {
  const kind = item.item?.S;
  if (isEndedItem(kind) || isBurntItem(kind)) return putMark(restored, item);
  const session = isSessionItem(kind) ? readListed(item) : undefined;
  if (session !== undefined && session.kind !== 'record') await endLost(restored, session);
}

async function endLost(restored: SessionTable, session: ListedSession): Promise<void> {
  if (session.sidHash !== undefined) {
    await retryLostRaces('revocation', () => tryToBurn(restored, session), restored.races);
  }
  const now = epochSeconds(restored.nowMs());
  await putMark(restored, endMarker(restored.loginMaxLifetimeSeconds, { session, reason: 'revoked' }, now));
}

/** Unless there is one that is kept for as long. */
async function putMark(restored: SessionTable, mark: Item): Promise<void> {
  const put = async () => {
    const outcome = await putItem(restored, {
      Item: mark,
      ConditionExpression: `${ABSENT} OR ${TTL_BELOW}`,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':ttl': mark.ttl ?? { N: '0' } },
    });
    return outcome === 'lost_race' ? undefined : true;
  };
  await retryLostRaces('revocation', put, restored.races);
}

async function eraseToEnd(restored: SessionTable, user: User): Promise<void> {
  let isDone = false;
  while (!isDone) ({ isDone } = await erasePage(restored, user));
}
