import { type User, userKey } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { SessionData } from '../model/session.ts';
import { DATA_PREFIX, idInItem } from './item-key.ts';
import { DATA_ATTRIBUTES, parseData } from './session-item.ts';
import { type Item, projectionOf, queryToEnd, type ReadTable, toItem, toPlain } from './table.ts';

const PROJECTION = projectionOf(DATA_ATTRIBUTES);

/**
 * What applications keep in the sessions of a user, by the sessions' ids; null where it is not understood, so that one item keeps
 * nobody from the others. One strongly consistent Query, or one for each MB.
 */
export async function listData(table: ReadTable, user: User): Promise<ReadonlyMap<string, SessionData | null>> {
  const items = await queryToEnd(table, {
    ...PROJECTION,
    KeyConditionExpression: 'user_key = :user_key AND begins_with(#item, :data)',
    ExpressionAttributeValues: toItem({ ':user_key': userKey(user), ':data': DATA_PREFIX }),
  });
  return new Map(items.map((item) => [idInItem('data', item.item?.S ?? '') ?? '', readData(item)]));
}

function readData(item: Item): SessionData | null {
  try {
    return parseData(toPlain(item));
  } catch (error) {
    if (error instanceof StoredItemError) return null;
    throw error;
  }
}
