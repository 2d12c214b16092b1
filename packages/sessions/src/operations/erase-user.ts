import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { epochSeconds, settleEach, type User, userKey } from '@cloakroom/core';
import { UserNotErasedError } from '../model/errors.ts';
import type { UserRecord } from '../model/session.ts';
import { isErased, notBeforeAt } from '../model/watermark.ts';
import { PRESENT } from '../table/conditions.ts';
import { endSession } from '../table/end-session.ts';
import { isBurntItem, isEndedItem, isSessionItem, isUserItem, userRecordKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { readUser } from '../table/read-user.ts';
import { type Item, type SessionTable, toItem } from '../table/table.ts';
import { deleteItem, updateItem } from '../table/write-item.ts';
import { revokeAllSessions } from './revoke-all.ts';

/**
 * An event from before the erasure may still be under way: 4 days in the queue, 14 in the dead-letter queue, and 4 more after a
 * redrive. None of them may be stored.
 */
const OUTLASTS_QUEUES_SECONDS = 30 * 24 * 60 * 60;

/**
 * Ends all sessions and sign-ins that a user has until now, and marks the user as erased. Only this mark, the watermark, the end
 * markers and those of burnt provider sessions stay. TTL deletes them when none of the old logins can be refreshed and none of the
 * old events can be under way.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; the errors of AWS. Repeating it is safe.
 */
export async function markErased(table: SessionTable, user: User): Promise<void> {
  await revokeAllSessions(table, { user });
  const mark = async () => (await tryToMark(table, user)) === 'written' || undefined;
  await retryLostRaces('revocation', mark, table.races);
  await endWhatWasBefore(table, user);
}

/** The item exists, since the watermark stands in it. A later sign-in removes this TTL. */
function tryToMark(table: SessionTable, user: User) {
  const now = epochSeconds(table.nowMs());
  return updateItem(table, {
    Key: toItem(userRecordKey(user)),
    UpdateExpression:
      'SET version = version + :one, erased_at = :now, #ttl = :ttl REMOVE recent_creations, recent_silent',
    ConditionExpression: PRESENT,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({
      ':one': 1,
      ':now': now,
      // The last sign-in that the watermark refuses may come from a clock that is a little fast.
      ':ttl': Math.max(notBeforeAt(now) + table.loginMaxLifetimeSeconds, now + OUTLASTS_QUEUES_SECONDS),
    }),
  });
}

/**
 * A record may be made between the Query and the mark; a session too, if the mark comes late. They end now, dated as the mark. So
 * every session that is deleted has been ended, and no event of the time before the mark is recorded after it.
 */
async function endWhatWasBefore(table: SessionTable, user: User): Promise<void> {
  const { sessions, unknown, record } = await readUser(table, user);
  const erasedAt = requireErasure(record);
  const asOfMark = { ...table, nowMs: () => erasedAt * 1000 };
  for (const session of [...sessions, ...unknown].filter((each) => isErased(each, erasedAt, record))) {
    await endSession(asOfMark, { session, reason: 'revoked' });
  }
}

/** @throws UserNotErasedError */
function requireErasure({ erasedAt }: UserRecord): number {
  if (erasedAt === undefined) throw new UserNotErasedError();
  return erasedAt;
}

export interface ErasedPage {
  readonly deleted: number;
  /** Whether nothing is left that this erasure is to delete. */
  readonly isDone: boolean;
}

const ITEMS_PER_PAGE = 100;
const AT_ONCE = 10;

/**
 * Deletes a page of an erased user's items. To be repeated until it is done. The `USER` item and all marks stay, and so do the
 * sessions of sign-ins after the erasure.
 *
 * @throws UserNotErasedError the user has not been marked: nothing would keep their old sign-ins out
 */
export async function erasePage(table: SessionTable, user: User): Promise<ErasedPage> {
  let from: Key;
  for (;;) {
    const { items, next } = await readItems(table, user, from);
    // The sessions are read after the items: the session of each data item is among them, or has ended, and its data with it.
    const { sessions, unknown, record } = await readUser(table, user);
    requireErasure(record);
    const newer = [...sessions, ...unknown].map(({ id }) => id);
    const doomed = items.filter((item) => !isKept(item, newer, record));
    if (doomed.length > 0 || next === undefined) {
      await deleteItems(table, user, doomed);
      return { deleted: doomed.length, isDone: next === undefined };
    }
    from = next;
  }
}

type PlainItem = Record<string, unknown>;

/**
 * Old sessions ended when the user was marked (see {@link markErased}), so the sessions that are there stay. Marks stay until
 * their TTL: they hold a key and times, and nothing of the person.
 */
function isKept({ item, auth_time }: PlainItem, newer: readonly string[], { notBefore }: UserRecord): boolean {
  if (isUserItem(item) || isSessionItem(item) || isEndedItem(item) || isBurntItem(item)) return true;
  if (typeof auth_time === 'number') return auth_time > notBefore;
  return newer.some((id) => String(item).endsWith(`#${id}`));
}

type Key = QueryCommandOutput['LastEvaluatedKey'];

async function readItems({ dynamodb, table }: SessionTable, user: User, from: Key) {
  const page: QueryCommandOutput = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: ITEMS_PER_PAGE,
      KeyConditionExpression: 'user_key = :user_key',
      ProjectionExpression: '#item, auth_time',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: toItem({ ':user_key': userKey(user) }),
      ExclusiveStartKey: from,
    }),
  );
  return { items: (page.Items ?? []).map(keptBy), next: page.LastEvaluatedKey };
}

/** Read without unmarshalling: an item that has no plain values is deleted too. */
function keptBy({ item, auth_time }: Item): PlainItem {
  return { item: item?.S, ...(auth_time?.N === undefined ? {} : { auth_time: Number(auth_time.N) }) };
}

async function deleteItems(table: SessionTable, user: User, items: readonly PlainItem[]): Promise<void> {
  await settleEach(AT_ONCE, items, ({ item }) => {
    const key = { user_key: userKey(user), item: String(item) };
    const remove = async () => (await deleteItem(table, key)) === 'written' || undefined;
    return retryLostRaces('revocation', remove, table.races);
  });
}
