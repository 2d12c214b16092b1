import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METERED, meteredDynamoDb } from './metered-dynamodb.ts';
import { createTestTable, testDynamoDb } from './tables.ts';

const real = testDynamoDb();
let TableName: string;
beforeAll(async () => {
  TableName = await createTestTable(real, 'sessions');
});
afterAll(() => real.destroy());

const keyOf = (name: string) => ({ user_key: { S: name }, item: { S: 'ITEM' } });
const putNew = (name: string) => ({
  TableName,
  Item: keyOf(name),
  ConditionExpression: 'attribute_not_exists(user_key)',
});

describe('meteredDynamoDb', () => {
  it('tells the units of each request, in the order of sending, once', async () => {
    const { dynamodb, takeRequests } = meteredDynamoDb(real);
    const Item = { ...keyOf('large'), text: { S: 'x'.repeat(5000) } };
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const get = { TableName, Key: keyOf('large') };
    await Promise.all([
      dynamodb.send(new GetItemCommand({ ...get, ConsistentRead: true })),
      dynamodb.send(new GetItemCommand(get)),
    ]);
    expect(await takeRequests()).toEqual([
      { name: 'PutItemCommand', capacityUnits: 5 },
      { name: 'GetItemCommand', capacityUnits: 2 },
      { name: 'GetItemCommand', capacityUnits: 1 },
    ]);
    expect(await takeRequests()).toEqual([]);
  });

  it('waits for a request that nobody waits for any more', async () => {
    const { dynamodb, takeRequests } = meteredDynamoDb(real);
    void dynamodb.send(new GetItemCommand({ TableName, Key: keyOf('none'), ConsistentRead: true }));
    expect(await takeRequests()).toEqual([{ name: 'GetItemCommand', capacityUnits: 1 }]);
  });

  it('tells of a batch of reads how many there are, found or not', async () => {
    const { dynamodb, takeRequests } = meteredDynamoDb(real);
    const Keys = ['none', 'neither'].map(keyOf);
    await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
    expect(await takeRequests()).toEqual([METERED.batchGet(2)]);
  });

  it('adds up what a batch consumes', async () => {
    const { dynamodb, takeRequests } = meteredDynamoDb(real);
    const requests = ['a', 'b', 'c'].map((name) => ({ PutRequest: { Item: keyOf(name) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    expect(await takeRequests()).toEqual([{ name: 'BatchWriteItemCommand', capacityUnits: 3 }]);
  });

  it('counts a refused write too, and passes its error on', async () => {
    const { dynamodb, takeRequests } = meteredDynamoDb(real);
    await dynamodb.send(new PutItemCommand(putNew('there')));
    const again = dynamodb.send(new PutItemCommand(putNew('there')));
    await expect(again).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: putNew('there') }, { Put: putNew('new') }],
    });
    await expect(dynamodb.send(transaction)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(await takeRequests()).toEqual([
      { name: 'PutItemCommand', capacityUnits: 1 },
      { name: 'PutItemCommand', error: 'ConditionalCheckFailedException' },
      { name: 'TransactWriteItemsCommand', writes: 2, error: 'TransactionCanceledException' },
    ]);
  });
});
