import type { User } from '@cloakroom/core';
import { userRecordKey } from './item-key.ts';
import { parseUserRecord, USER_ATTRIBUTES } from './session-item.ts';
import { getItem, type SessionTable } from './table.ts';

/**
 * When all that was known of the user was last erased, in epoch seconds; undefined if never, or so long ago that the mark is
 * gone too. What is dated up to then must not be written again. One strongly consistent GetItem.
 *
 * @throws StoredItemError when what is kept of the user is malformed: it is never taken for a missing mark
 */
export async function getErasure(
  table: Pick<SessionTable, 'dynamodb' | 'table'>,
  user: User,
): Promise<number | undefined> {
  const item = await getItem(table, userRecordKey(user), USER_ATTRIBUTES);
  return item === undefined ? undefined : parseUserRecord(item).erasedAt;
}
