import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';
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
export async function readUser({ dynamodb, table }: SessionTable, user: User): Promise<UserSnapshot> {
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
  return toSnapshot(items);
}

function toSnapshot(items: readonly Record<string, unknown>[]): UserSnapshot {
  const record = items.find(({ item }) => isUserItem(item));
  return {
    sessions: items.filter(({ item }) => isSessionItem(item)).map(parseSession),
    record: record === undefined ? NEW_USER : parseUserRecord(record),
  };
}
