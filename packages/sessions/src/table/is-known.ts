import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';
import { type SessionTable, toItem } from './table.ts';

/** Whether the table holds anything of a user. Everybody who ever had a session has a `USER` item. One Query. */
export async function isKnown(
  { dynamodb, table }: Pick<SessionTable, 'dynamodb' | 'table'>,
  user: User,
): Promise<boolean> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: 1,
      KeyConditionExpression: 'user_key = :user_key',
      ProjectionExpression: 'user_key',
      ExpressionAttributeValues: toItem({ ':user_key': userKey(user) }),
    }),
  );
  return Items.length > 0;
}
