import { parseUserKey, settleEach } from '@cloakroom/core';
import { ABSENT, NOT_ENDED } from '../table/conditions.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type Item, queryToEnd, type ReadTable, type SessionTable, toItem } from '../table/table.ts';
import { deleteItem, putItem, updateItem, type WriteOutcome } from '../table/write-item.ts';
import { type ClosedUser, closeUser, type RestoredTable } from './close-restored.ts';

/** The key that seals cursors says nothing about anybody, and whoever is in the middle of a list can go on. */
const CURSOR_KEY = 'KEYS#~cursor';
const AT_ONCE = 8;

/**
 * Closes one partition of a restored table. A user's: see `closeUser`; undefined for any other. A session at a provider that is over by
 * the lost table is over here. Key sets are those of the lost table, or go: one that its issuer has withdrawn since must open nothing.
 * All else goes too, such as a sign-in that was under way, and every session of a web app: one that is nobody's here may have become
 * somebody's since, or have ended.
 *
 * @throws ConflictError, the errors of AWS
 */
export async function closePartition(tables: RestoredTable, key: string): Promise<ClosedUser | undefined> {
  const user = parseUserKey(key);
  if (user !== undefined) return closeUser(tables, user);
  const { restored, lost } = tables;
  // A user that this release cannot name is nobody's login either.
  if (key.startsWith('U#') || key === CURSOR_KEY) return undefined;
  const kept = lost === undefined ? [] : await itemsAt(lost, key);
  if (key.startsWith('SID#')) await settleEach(AT_ONCE, kept, (item) => endAtProvider(restored, item));
  else await replace(restored, key, key.startsWith('KEYS#') ? kept : []);
  return undefined;
}

function itemsAt(table: ReadTable, key: string): Promise<readonly Item[]> {
  return queryToEnd(table, {
    KeyConditionExpression: 'user_key = :user_key',
    ExpressionAttributeValues: toItem({ ':user_key': key }),
  });
}

async function endAtProvider(restored: SessionTable, { user_key, item, ended_at, ttl }: Item): Promise<void> {
  if (user_key === undefined || item === undefined || ended_at === undefined || ttl === undefined) return;
  await untilWritten(restored, () =>
    updateItem(restored, {
      Key: { user_key, item },
      UpdateExpression: 'SET ended_at = :ended_at, #ttl = :ttl',
      ConditionExpression: NOT_ENDED,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':ended_at': ended_at, ':ttl': ttl },
    }),
  );
}

async function replace(restored: SessionTable, key: string, items: readonly Item[]): Promise<void> {
  await settleEach(AT_ONCE, await itemsAt(restored, key), ({ user_key, item }) => {
    const itemKey = { user_key: user_key?.S ?? '', item: item?.S ?? '' };
    return untilWritten(restored, () => deleteItem(restored, itemKey));
  });
  await settleEach(AT_ONCE, items, (Item) =>
    untilWritten(restored, () => putItem(restored, { Item, ConditionExpression: ABSENT })),
  );
}

/** What is refused is there already. */
async function untilWritten({ races }: SessionTable, write: () => Promise<WriteOutcome>): Promise<void> {
  await retryLostRaces('revocation', async () => ((await write()) === 'lost_race' ? undefined : true), races);
}
