import type { User } from '@cloakroom/core';
import { userRecordKey } from './item-key.ts';
import { parseUserRecord, USER_ATTRIBUTES } from './session-item.ts';
import { getItem, projectionOf, type SessionTable } from './table.ts';

/**
 * When the user was last erased, in epoch seconds. Undefined if never, or if the mark itself is gone by now. Nothing that is dated
 * until then may be written again. One strongly consistent GetItem.
 *
 * @throws StoredItemError when the user's item is malformed
 */
export async function getErasure(
  table: Pick<SessionTable, 'dynamodb' | 'table'>,
  user: User,
): Promise<number | undefined> {
  const item = await getItem(table, userRecordKey(user), projectionOf(USER_ATTRIBUTES));
  return item === undefined ? undefined : parseUserRecord(item).erasedAt;
}
