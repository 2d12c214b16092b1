import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { createTestTable, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sdkItems, sdkTransactions, sdkWrites } from './dynamodb.ts';
import { createAwsSession } from './index.ts';
import type { DynamoDbItems, DynamoDbTransactions, DynamoDbWrites } from './items.ts';
import { leanTransactions } from './transactions.ts';

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const dynamodb = testDynamoDb();
type All = DynamoDbItems & DynamoDbWrites & DynamoDbTransactions;
let lean: All;
let sdk: All;
let TableName: string;

beforeAll(async () => {
  TableName = await createTestTable(dynamodb, 'sessions');
  process.env.AWS_ENDPOINT_URL_DYNAMODB = process.env.CLOAKROOM_TEST_DYNAMODB;
  const aws = createAwsSession({ region: 'eu-central-1', telemetry: recordTelemetry(), credentials });
  lean = { ...aws.items, ...leanTransactions(aws) };
  sdk = { ...sdkItems(dynamodb), ...sdkWrites(dynamodb), ...sdkTransactions(dynamodb) };
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
      expect(await lean.updateItem(update)).toEqual({});
      const get = { TableName, Key: key, ConsistentRead: true };
      const { Item } = await lean.getItem(get);
      expect(Item).toMatchObject(key);
      expect(Item).toEqual((await sdk.getItem(get)).Item);
      const again = { ...update, ReturnValues: 'UPDATED_OLD' as const };
      expect((await lean.updateItem(again)).Attributes).toEqual((await sdk.updateItem(again)).Attributes);
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

const absent = 'attribute_not_exists(user_key)';

it('writes several items as one, whatever they hold, and scans them', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const [one = {}, two = {}] = ['one', 'two'].map((item) => ({ user_key: { S: 'U#a#both' }, item: { S: item } }));
      for (const items of [lean, sdk]) {
        const put = { Put: { TableName, Item: { ...one, held: value } } };
        const update = {
          TableName,
          Key: two,
          UpdateExpression: 'SET held = :value',
          ExpressionAttributeValues: { ':value': value },
        };
        expect(await items.transactWriteItems({ TransactItems: [put, { Update: update }] })).toBeUndefined();
        const scan = {
          TableName,
          ConsistentRead: true,
          FilterExpression: 'user_key = :user',
          ExpressionAttributeValues: { ':user': { S: 'U#a#both' } },
        };
        const [ours, theirs] = [await lean.scan(scan), await sdk.scan(scan)];
        expect(ours.Items).toHaveLength(2);
        expect(ours.Items).toEqual(theirs.Items);
        const deletions = [one, two].map((Key) => ({ Delete: { TableName, Key } }));
        await items.transactWriteItems({ TransactItems: deletions });
        expect((await lean.scan(scan)).Items).toEqual([]);
      }
    }),
    { numRuns: 20 },
  );
});

it('goes on with a scan where its page ended', async () => {
  const found: unknown[] = [];
  for (const items of [lean, sdk]) {
    const [first, all] = [await items.scan({ TableName, Limit: 1 }), await items.scan({ TableName })];
    expect(first.LastEvaluatedKey).toEqual({ user_key: first.Items?.[0]?.user_key, item: first.Items?.[0]?.item });
    const rest = await items.scan({ TableName, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toEqual(all.Items);
    found.push(all.Items);
  }
  expect(found[0]).toEqual(found[1]);
});

it('says of a cancelled transaction why, action by action, and shows what stood there where it was asked to', async () => {
  const held = { user_key: { S: 'U#a#cancelled' }, item: { S: 'held' }, text: { S: 'x' } };
  const { text: _, ...Key } = held;
  await sdk.putItem({ TableName, Item: held });
  const failing = {
    TableName,
    Key,
    ConditionExpression: absent,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const other = { TableName, Item: { ...held, item: { S: 'other' } } };
  for (const items of [lean, sdk]) {
    const cancelled = items.transactWriteItems({ TransactItems: [{ Put: other }, { ConditionCheck: failing }] });
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: held }],
    });
  }
  expect((await lean.getItem({ TableName, Key: { ...Key, item: { S: 'other' } } })).Item).toBeUndefined();
});

it('is the same transaction to DynamoDB when a caller sends it again with its token', async () => {
  const Key = { user_key: { S: 'U#a#token' }, item: { S: 'counter' } };
  for (const items of [lean, sdk]) {
    const update = {
      TableName,
      Key,
      UpdateExpression: 'ADD times :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const input = { TransactItems: [{ Update: update }], ClientRequestToken: randomUUID() };
    await items.transactWriteItems(input);
    await items.transactWriteItems(input);
  }
  expect((await lean.getItem({ TableName, Key, ConsistentRead: true })).Item?.times).toEqual({ N: '2' });
});
