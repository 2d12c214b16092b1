import { setTimeout } from 'node:timers/promises';
import { type AttributeValue, BatchWriteItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type AwsSession, DependencyUnavailableError } from '@cloakroom/aws';
import { type User, userKey } from '@cloakroom/core';

/** What BatchWriteItem takes. */
const MOST_PER_WRITE = 25;
const MOST_PER_PAGE = 4 * MOST_PER_WRITE;
const MAX_ATTEMPTS = 5;
const RETRY_BASE_MS = 50;

export interface EventEraser {
  /** Whether there is any event of a user, whatever its source and age. One Query. */
  hasAny(user: User): Promise<boolean>;
  /**
   * Deletes a page of up to 100 events of a user, whatever their source and age. It begins where the last one, finished
   * or not, has left off, since what is deleted is not found again. One Query and up to four BatchWriteItem.
   *
   * @throws DependencyUnavailableError when DynamoDB puts some of them off again and again
   */
  erasePage(user: User): Promise<{ readonly erased: number; readonly done: boolean }>;
}

export interface EventEraserOptions {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  readonly table: string;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

type Keys = Record<string, AttributeValue>[];

export function createEventEraser(options: EventEraserOptions): EventEraser {
  const { dynamodb, table } = options;
  return {
    async hasAny(user) {
      const { Items = [] } = await dynamodb.send(queryOfKeys(table, user, 1));
      return Items.length > 0;
    },
    async erasePage(user) {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(queryOfKeys(table, user, MOST_PER_PAGE));
      for (let at = 0; at < Items.length; at += MOST_PER_WRITE) {
        await deleteAll(Items.slice(at, at + MOST_PER_WRITE), options);
      }
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

/** DynamoDB may put off any part of a batch: it is asked again for that part. */
async function deleteAll(keys: Keys, { dynamodb, table, sleep = setTimeout }: EventEraserOptions): Promise<void> {
  let requests: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let attempt = 1; ; attempt += 1) {
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    requests = UnprocessedItems?.[table] ?? [];
    if (requests.length === 0) return;
    if (attempt === MAX_ATTEMPTS) {
      const cause = new Error(`${requests.length} deletions were put off ${attempt} times`);
      throw new DependencyUnavailableError('DynamoDBClient', { cause });
    }
    await sleep(RETRY_BASE_MS * 2 ** (attempt - 1) * Math.random());
  }
}
