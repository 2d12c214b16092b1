import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';
import { StoredItemError } from './errors.ts';
import { isSessionItem, isUserItem, SESSIONS_AND_USER } from './item-key.ts';
import { NEW_USER, type Session, type UserRecord } from './session.ts';
import { parseSession, parseUserRecord } from './session-item.ts';
import { type SessionTable, toItem, toPlain } from './table.ts';

/** What the table held about a user at one moment. */
export interface UserSnapshot {
  /** Also those that have expired and are still there. */
  readonly sessions: readonly Session[];
  readonly record: UserRecord;
}

/**
 * The sessions of a user and what is kept of the user, by one strongly consistent Query: the range of sort keys holds
 * no more than the session limit allows, and one page of 1 MB holds hundreds.
 *
 * @throws StoredItemError when one of the items is malformed: it is never taken for a missing one
 */
export async function readUser(table: SessionTable, user: User): Promise<UserSnapshot> {
  const items = await readItems(table, user);
  const record = items.find(({ item }) => isUserItem(item));
  return {
    sessions: items.filter(({ item }) => isSessionItem(item)).map(parseSession),
    record: record === undefined ? NEW_USER : parseUserRecord(record),
  };
}

/** The sessions that can be read, by the same Query, and what is wrong with the first that cannot: it lets nobody in. */
export async function readSessionsToEnd(
  table: SessionTable,
  user: User,
): Promise<{ readonly sessions: readonly Session[]; readonly malformed: StoredItemError | undefined }> {
  const sessions: Session[] = [];
  let malformed: StoredItemError | undefined;
  for (const item of await readItems(table, user)) {
    try {
      if (isSessionItem(item.item)) sessions.push(parseSession(item));
    } catch (error) {
      if (!(error instanceof StoredItemError)) throw error;
      malformed ??= error;
    }
  }
  return { sessions, malformed };
}

async function readItems({ dynamodb, table }: SessionTable, user: User): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const page: QueryCommandOutput = await dynamodb.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'user_key = :user_key AND #item BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: toItem({
          ':user_key': userKey(user),
          ':from': SESSIONS_AND_USER.from,
          ':to': SESSIONS_AND_USER.to,
        }),
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []).map(toPlain));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
