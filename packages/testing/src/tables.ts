import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sendPlainly } from './plain-dynamodb.ts';

/** The key attributes of the tables, as the stack makes them. */
export const KEYS = { sessions: ['user_key', 'item'], events: ['user_key', 'event_key'] } as const;

/** A client of the DynamoDB Local that Jest's global set-up started. */
export function testDynamoDb(): DynamoDBClient {
  const endpoint = process.env.CLOAKROOM_TEST_DYNAMODB;
  if (endpoint === undefined) throw new Error('run the tests with scripts/test: no DynamoDB Local is running');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return sendPlainly(new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials }), endpoint);
}

interface TableOptions {
  /** Whether its changes are offered as a stream, which DynamoDB Local writes down beside them: for tests of streams alone. */
  readonly stream?: boolean;
}

/** Makes an empty table with the keys of the sessions or events table, and returns its unique name. */
export async function createTestTable(
  dynamodb: DynamoDBClient,
  kind: keyof typeof KEYS,
  { stream = false }: TableOptions = {},
): Promise<string> {
  const [partitionKey, sortKey] = KEYS[kind];
  const TableName = `${kind}-${randomUUID()}`;
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
    }),
  );
  return TableName;
}
