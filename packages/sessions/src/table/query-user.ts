import { type User, userKey } from '@cloakroom/core';
import { SESSIONS_AND_USER } from './item-key.ts';
import { type Item, type Projection, queryToEnd, type ReadTable, toItem } from './table.ts';

/**
 * The items of a user's sessions and of the user, by one strongly consistent Query: the range of sort keys holds no more than the
 * session limit allows, and what has expired since the last sign-in; one page of 1 MB holds hundreds. The projection must ask for `item`, by its name `#item`.
 */
export function querySessionsAndUser(table: ReadTable, user: User, projection: Projection): Promise<readonly Item[]> {
  return queryToEnd(table, {
    ...projection,
    KeyConditionExpression: 'user_key = :user_key AND #item BETWEEN :from AND :to',
    ExpressionAttributeValues: toItem({
      ':user_key': userKey(user),
      ':from': SESSIONS_AND_USER.from,
      ':to': SESSIONS_AND_USER.to,
    }),
  });
}
