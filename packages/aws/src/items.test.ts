import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { createTestTable, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sdkItems } from './dynamodb.ts';
import { createAwsSession, type DynamoDbItems } from './index.ts';

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const dynamodb = testDynamoDb();
let lean: DynamoDbItems;
let sdk: DynamoDbItems;
let TableName: string;

beforeAll(async () => {
  TableName = await createTestTable(dynamodb, 'sessions');
  process.env.AWS_ENDPOINT_URL_DYNAMODB = process.env.CLOAKROOM_TEST_DYNAMODB;
  lean = createAwsSession({ region: 'eu-central-1', telemetry: recordTelemetry(), credentials }).items;
  sdk = sdkItems(dynamodb);
});

const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const numbers = fc.oneof(fc.bigInt(-(10n ** 37n), 10n ** 37n), fc.integer()).map(String);
/** What an item of the table may hold: all types but binary ones. */
const { value: values } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts.map((S) => ({ S })),
    numbers.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc
      .uniqueArray(texts, { minLength: 1, maxLength: 4 })
      .map((SS) => ({ SS: [...new Set(SS.map((one) => one.normalize()))] })),
    fc.uniqueArray(numbers, { minLength: 1, maxLength: 4 }).map((NS) => ({ NS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(texts, tie('value'), { maxKeys: 4 }).map((M) => ({ M })),
  ) as fc.Arbitrary<AttributeValue>,
}));

it("reads, lists and updates as the SDK's client does, whatever an item holds", async () => {
  const user_key = { S: 'U#a#b' };
  await fc.assert(
    fc.asyncProperty(values, texts, async (value, sortKey) => {
      const key = { user_key, item: { S: `SESSION#${sortKey}` } };
      const update = {
        TableName,
        Key: key,
        UpdateExpression: 'SET held = :value',
        ExpressionAttributeValues: { ':value': value },
      };
      expect(await lean.updateItem(update)).toBeUndefined();
      const get = { TableName, Key: key, ConsistentRead: true };
      const { Item } = await lean.getItem(get);
      expect(Item).toMatchObject(key);
      expect(Item).toEqual((await sdk.getItem(get)).Item);
      const query = {
        TableName,
        ConsistentRead: true,
        Limit: 2,
        KeyConditionExpression: 'user_key = :user',
        ExpressionAttributeValues: { ':user': user_key },
      };
      const [ours, theirs] = [await lean.query(query), await sdk.query(query)];
      expect(ours.Items).toEqual(theirs.Items);
      expect(ours.LastEvaluatedKey).toEqual(theirs.LastEvaluatedKey);
    }),
    { numRuns: 50 },
  );
});

it('finds no item where there is none, and says which condition failed', async () => {
  const missing = { TableName, Key: { user_key: { S: 'nobody' }, item: { S: 'x' } } };
  expect((await lean.getItem(missing)).Item).toBeUndefined();
  const update = {
    ...missing,
    UpdateExpression: 'SET a = :a',
    ConditionExpression: 'attribute_exists(a)',
    ExpressionAttributeValues: { ':a': { S: 'x' } },
  };
  for (const items of [lean, sdk]) {
    await expect(items.updateItem(update)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      $metadata: { httpStatusCode: 400 },
    });
  }
});
