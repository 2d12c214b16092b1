// better-auth, with DynamoDB as its secondary storage: sessions are there alone. Its users are in memory; a check does not need them.
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { betterAuth } from 'better-auth';

const TableName = 'better-auth';
const dynamodb = new DynamoDBClient({});
const keyOf = (id) => ({ id: { S: id } });

await dynamodb.send(
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }),
);

const auth = betterAuth({
  baseURL: 'http://localhost',
  secret: 'a secret of the benchmark, long enough for it',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  logger: { disabled: true },
  secondaryStorage: {
    async get(id) {
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
      return Item?.value.S ?? null;
    },
    async set(id, value, ttl) {
      const expires = ttl === undefined ? {} : { expires: { N: String(Math.floor(Date.now() / 1000) + ttl) } };
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...keyOf(id), value: { S: value }, ...expires } }));
    },
    async delete(id) {
      await dynamodb.send(new DeleteItemCommand({ TableName, Key: keyOf(id) }));
    },
  },
});

const credentials = { email: 'ada@example.com', password: 'a password of the benchmark' };
await auth.api.signUpEmail({ body: { ...credentials, name: 'Ada' } });
const requests = await Promise.all(Array.from({ length: 16 }, signIn));
let next = 0;

export async function check() {
  const found = await auth.api.getSession({ headers: requests[next++ % requests.length] });
  return found?.user.name === 'Ada';
}

async function signIn() {
  const { headers } = await auth.api.signInEmail({ body: credentials, returnHeaders: true });
  return new Headers({
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  });
}
