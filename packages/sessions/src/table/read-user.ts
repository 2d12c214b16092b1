import { type User, userKey } from '@cloakroom/core';
import { type ListedSession, NEW_USER, type UserSnapshot } from '../model/session.ts';
import { isSessionItem, isUserItem } from './item-key.ts';
import { querySessionsAndUser } from './query-user.ts';
import { readListed } from './read-listed.ts';
import { parseUserRecord, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from './session-item.ts';
import { type Item, projectionOf, type ReadTable, toItem, toPlain } from './table.ts';

/**
 * The sessions of a user and what is kept of the user, by one strongly consistent Query.
 *
 * @throws StoredItemError when what is kept of the user is malformed: it is never taken for missing
 */
export async function readUser(table: ReadTable, user: User): Promise<UserSnapshot> {
  const items = await readItems(table, user);
  const listed = listedIn(items);
  const record = items.find(({ item }) => isUserItem(item?.S));
  return {
    sessions: listed.filter((session) => session.kind !== 'unknown'),
    unknown: listed.filter((session) => session.kind === 'unknown'),
    record: record === undefined ? NEW_USER : parseUserRecord(toPlain(record)),
  };
}

/** All items under sessions' keys, by the same Query. Does not read the user's own item, which may be malformed. */
export async function readSessionsToEnd(table: ReadTable, user: User): Promise<readonly ListedSession[]> {
  return listedIn(await readItems(table, user));
}

/** What is asked for of either kind of item. */
const PROJECTION = projectionOf([...new Set([...SESSION_ATTRIBUTES, ...USER_ATTRIBUTES])]);

function listedIn(items: readonly Item[]): ListedSession[] {
  return items.filter(({ item }) => isSessionItem(item?.S)).flatMap((item) => readListed(item) ?? []);
}

function readItems(table: ReadTable, user: User): Promise<readonly Item[]> {
  return querySessionsAndUser(table, user, PROJECTION);
}

/** Whether the table holds anything of a user. Everybody who ever had a session has a `USER` item. One Query. */
export async function isKnown({ items, table }: ReadTable, user: User): Promise<boolean> {
  const { Items = [] } = await items.query({
    TableName: table,
    ConsistentRead: true,
    Limit: 1,
    KeyConditionExpression: 'user_key = :user_key',
    ProjectionExpression: 'user_key',
    ExpressionAttributeValues: toItem({ ':user_key': userKey(user) }),
  });
  return Items.length > 0;
}
