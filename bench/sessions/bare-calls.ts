import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

type Key = Readonly<Record<'user_key' | 'item', AttributeValue>>;

/** About as large as a session. */
const FILLER = { text: { S: 'x'.repeat(300) } };

/** What the store asks of DynamoDB, by commands of the SDK that decide nothing and parse nothing. */
export interface BareCalls {
  /** A new user's first session: one Query, one GetItem, and a transaction of three. */
  create(): Promise<void>;
  /** What the burning of a login is, and a transaction of three. */
  revoke(): Promise<void>;
  /** One Query of a user's items. */
  list(userKey: string): Promise<void>;
}

export function bareCalls(dynamodb: DynamoDBClient, TableName: string): BareCalls {
  const keyOf = (user: string, item: string): Key => ({ user_key: { S: user }, item: { S: item } });
  const put = (key: Key) => ({ Put: { TableName, Item: { ...key, ...FILLER } } });
  const query = (user: string) =>
    dynamodb.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'user_key = :user',
        ExpressionAttributeValues: { ':user': { S: user } },
      }),
    );
  return {
    async create() {
      const user = `U#bare#${randomUUID()}`;
      await query(user);
      await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(user, 'ENDED#x'), ConsistentRead: true }));
      const absent = { TableName, Key: keyOf(user, 'ENDED#x'), ConditionExpression: 'attribute_not_exists(user_key)' };
      const writes = [put(keyOf(user, 'SESSION#x')), put(keyOf(user, 'USER')), { ConditionCheck: absent }];
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: writes }));
    },
    async revoke() {
      const user = `U#bare#${randomUUID()}`;
      const burn = { UpdateExpression: 'SET burnt = :now', ExpressionAttributeValues: { ':now': { N: '1' } } };
      await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(user, 'SESSION#x'), ConsistentRead: true }));
      await dynamodb.send(new UpdateItemCommand({ TableName, Key: keyOf(user, 'USER'), ...burn }));
      const remove = (item: string) => ({ Delete: { TableName, Key: keyOf(user, item) } });
      const writes = [remove('SESSION#x'), remove('DATA#x'), put(keyOf(user, 'ENDED#x'))];
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: writes }));
    },
    async list(userKey) {
      await query(userKey);
    },
  };
}
