import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import { settleEach, type User, userKey } from '@cloakroom/core';

/** Enough to delete a page within a second, few enough to leave the connections of a client some air. */
const AT_ONCE = 10;
const MOST_PER_PAGE = 100;

export interface EventEraser {
  /** Whether there is any event of a user, whatever its source and age. One Query. */
  hasAny(user: User): Promise<boolean>;
  /**
   * Deletes a page of up to 100 events of a user, whatever their source and age. It begins where the last one, finished
   * or not, has left off, since what is deleted is not found again. One Query, and a DeleteItem for each event: a role that may
   * BatchWriteItem may put items too, as far as AWS documents it, and a deletion in a batch is no cheaper.
   *
   * @throws what the first of them failed with that did, when none is under way any more
   */
  erasePage(user: User): Promise<{ readonly erased: number; readonly done: boolean }>;
}

export interface EventEraserOptions {
  readonly dynamodb: DynamoDb;
  readonly table: string;
}

export function createEventEraser({ dynamodb, table }: EventEraserOptions): EventEraser {
  return {
    async hasAny(user) {
      const { Items = [] } = await dynamodb.send(queryOfKeys(table, user, 1));
      return Items.length > 0;
    },
    async erasePage(user) {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(queryOfKeys(table, user, MOST_PER_PAGE));
      await settleEach(AT_ONCE, Items, (Key) => dynamodb.send(new DeleteItemCommand({ TableName: table, Key })));
      return { erased: Items.length, done: LastEvaluatedKey === undefined };
    },
  };
}

function queryOfKeys(table: string, user: User, limit: number): QueryCommand {
  return new QueryCommand({
    TableName: table,
    ConsistentRead: true, // an event that was stored a moment ago must not be left behind
    KeyConditionExpression: 'user_key = :user',
    ProjectionExpression: 'user_key, event_key',
    ExpressionAttributeValues: marshall({ ':user': userKey(user) }),
    Limit: limit,
  });
}
