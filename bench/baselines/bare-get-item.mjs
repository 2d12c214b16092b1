// One GetItem of the SDK, and whether there is an item: what a session check cannot go below with the SDK.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const { SESSIONS_TABLE: TableName } = process.env;
const dynamodb = new DynamoDBClient({});
// Of the sessions that are there for the authorizer.
const keys = JSON.parse(process.env.SESSION_KEYS);
let next = 0;

export async function check() {
  const Key = keys[next++ % keys.length];
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item !== undefined;
}
