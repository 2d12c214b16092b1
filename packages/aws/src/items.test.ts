import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { createTestTable, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sdkItems } from './dynamodb.ts';
import { createAwsSession, type DynamoDbItems, type DynamoDbWrites } from './index.ts';

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const dynamodb = testDynamoDb();
let lean: DynamoDbItems & DynamoDbWrites;
let sdk: DynamoDbItems & DynamoDbWrites;
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

it("puts, finds many at once and deletes as the SDK's client does, whatever an item holds", async () => {
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const keys = ['one', 'two', 'none'].map((item) => ({ user_key: { S: 'U#a#puts' }, item: { S: item } }));
      const [one = {}, two = {}] = keys.map((key) => ({ ...key, held: value }));
      expect(await lean.putItem({ TableName, Item: one })).toBeUndefined();
      expect(await sdk.putItem({ TableName, Item: two })).toBeUndefined();
      const get = { RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } } };
      const byKey = ({ Responses }: Awaited<ReturnType<DynamoDbWrites['batchGetItem']>>) =>
        (Responses?.[TableName] ?? []).toSorted((a, b) => String(a.item?.S).localeCompare(String(b.item?.S)));
      const [ours, theirs] = [await lean.batchGetItem(get), await sdk.batchGetItem(get)];
      expect(byKey(ours)).toEqual(byKey(theirs));
      expect(byKey(ours)).toHaveLength(2);
      expect(ours.UnprocessedKeys).toEqual(theirs.UnprocessedKeys);
      for (const [index, Key] of keys.entries()) {
        expect(await (index === 0 ? lean : sdk).deleteItem({ TableName, Key })).toBeUndefined();
      }
      expect(byKey(await lean.batchGetItem(get))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

it('says of a put and of a deletion which condition failed', async () => {
  const Item = { user_key: { S: 'U#a#conditions' }, item: { S: 'x' } };
  await sdk.putItem({ TableName, Item });
  const failed = { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } };
  const ConditionExpression = 'attribute_not_exists(user_key)';
  for (const items of [lean, sdk]) {
    await expect(items.putItem({ TableName, Item, ConditionExpression })).rejects.toMatchObject(failed);
    await expect(items.deleteItem({ TableName, Key: Item, ConditionExpression })).rejects.toMatchObject(failed);
  }
});
