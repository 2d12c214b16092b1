import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { epochSeconds, settleAll, type User, userKey } from '@cloakroom/core';
import { isErased } from '../model/erasure.ts';
import { UserNotErasedError } from '../model/errors.ts';
import type { UserRecord } from '../model/session.ts';
import { notBeforeAt } from '../model/watermark.ts';
import { PRESENT } from '../table/conditions.ts';
import { endSession } from '../table/end-session.ts';
import { isEndedItem, isSessionItem, isUserItem, userRecordKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { readUser } from '../table/read-user.ts';
import { type Item, type SessionTable, toItem } from '../table/table.ts';
import { deleteItem, updateItem } from '../table/write-item.ts';
import { revokeAllSessions } from './revoke-all.ts';

/**
 * No event of before may come back while one can still be under way: 4 days in the queue, 14 in the dead-letter queue, and after a
 * redrive 4 more.
 */
const OUTLASTS_QUEUES_SECONDS = 30 * 24 * 60 * 60;

/**
 * Ends all sessions and sign-ins of a user of up to now, and marks the user as erased. The mark, the watermark and the marks that
 * keep logins ended are all that will be left of the user; they go by TTL when no login of now can be refreshed any more, so that
 * old tokens stay dead, and no event of before is under way.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; the errors of AWS. Repeating it is safe.
 */
export async function markErased(table: SessionTable, user: User): Promise<void> {
  await revokeAllSessions(table, { user });
  const mark = async () => (await tryToMark(table, user)) === 'written' || undefined;
  await retryLostRaces('revocation', mark, table.races);
  await endWhatWasBefore(table, user);
}

/** The user is there since the watermark is; whoever signs in meanwhile keeps the user beyond this TTL. */
function tryToMark(table: SessionTable, user: User) {
  const now = epochSeconds(table.nowMs());
  return updateItem(table, {
    Key: toItem(userRecordKey(user)),
    UpdateExpression: 'SET version = version + :one, erased_at = :now, #ttl = :ttl REMOVE recent_creations',
    ConditionExpression: PRESENT,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({
      ':one': 1,
      ':now': now,
      // Of the last sign-in that the watermark keeps out, which may be by a clock that is a little fast.
      ':ttl': Math.max(notBeforeAt(now) + table.loginMaxLifetimeSeconds, now + OUTLASTS_QUEUES_SECONDS),
    }),
  });
}

/**
 * A record may be made between the look at the sessions and the mark, and a sign-in too where the mark comes late. They end as of
 * the mark: what is deleted of a session has always been ended, and nothing of before is told after it.
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
 * Deletes some of what is left of an erased user; to be repeated until it is done. The mark stays, and so does everything of
 * sign-ins after it: their sessions, and the marks that keep those ended.
 *
 * @throws UserNotErasedError the user has not been marked: nothing would keep their old sign-ins out
 */
export async function erasePage(table: SessionTable, user: User): Promise<ErasedPage> {
  let from: Key;
  for (;;) {
    const { items, next } = await readItems(table, user, from);
    // Read after the items: the session that data belongs to is among them, or has ended and taken its data with it.
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
 * All that was a session of before has ended with the mark: see {@link markErased}. The mark of an end stays until no token of its
 * login can be any more: it holds a key and times, and nothing of the person.
 */
function isKept({ item, auth_time }: PlainItem, newer: readonly string[], { notBefore }: UserRecord): boolean {
  if (isUserItem(item) || isSessionItem(item) || isEndedItem(item)) return true;
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

/** Read by hand: an item that has no plain values is to go like any other. */
function keptBy({ item, auth_time }: Item): PlainItem {
  return { item: item?.S, ...(auth_time?.N === undefined ? {} : { auth_time: Number(auth_time.N) }) };
}

async function deleteItems(table: SessionTable, user: User, items: readonly PlainItem[]): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const keys = items.slice(from, from + AT_ONCE).map(({ item }) => ({ user_key: userKey(user), item: String(item) }));
    const deletions = keys.map((key) => async () => (await deleteItem(table, key)) === 'written' || undefined);
    await settleAll(deletions.map((deletion) => retryLostRaces('revocation', deletion, table.races)));
  }
}
