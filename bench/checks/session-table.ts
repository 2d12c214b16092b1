import { createHash, randomBytes } from 'node:crypto';
import { type AttributeValue, CreateTableCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CLIENT_ID, type Credential, freshToken, type World } from '../authorization/world.ts';

type Key = Readonly<Record<'user_key' | 'item', AttributeValue>>;

/** What is in the table, and what opens it. */
export interface Sessions {
  readonly keys: readonly Key[];
  readonly cookies: readonly Credential[];
  readonly tokens: readonly Credential[];
}

const COUNT = 16;

/** Makes the table `sessions`, and in it the key set, sessions of tickets and sessions of bearers. */
export async function createSessionTable(dynamodb: DynamoDBClient, world: World): Promise<Sessions> {
  await createTable(dynamodb);
  const put = (userKey: string, item: string) => {
    const key: Key = { user_key: { S: userKey }, item: { S: item } };
    const command = new PutItemCommand({ TableName: 'sessions', Item: { ...key, ...world.items[userKey] } });
    return dynamodb.send(command).then(() => key);
  };
  await put('KEYS#main', 'KEYS');
  const ids = Array.from({ length: COUNT }, () => randomBytes(16).toString('base64url'));
  await Promise.all(ids.map((id) => put('U#main#tess', `SESSION#${id}`)));
  const logins = ids.map((_, index) => `login-${index}`);
  return {
    keys: await Promise.all(logins.map((login) => put('U#main#ada', `SESSION#${loginId(world, login)}`))),
    cookies: ids.map((id) => ({ ticket: world.ticketOf(id) })),
    tokens: logins.map((login) => ({ authorization: `Bearer ${freshToken(world, { origin_jti: login })}` })),
  };
}

/** As the product makes it: 128 bits of a hash. */
function loginId({ issuer }: World, originJti: string): string {
  const login = JSON.stringify([issuer, CLIENT_ID, 'ada', 'origin_jti', originJti]);
  return createHash('sha256').update(login).digest().subarray(0, 16).toString('base64url');
}

export async function createTable(dynamodb: DynamoDBClient): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'sessions',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['user_key', 'item'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'user_key', KeyType: 'HASH' },
        { AttributeName: 'item', KeyType: 'RANGE' },
      ],
    }),
  );
}
