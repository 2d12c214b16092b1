import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryDynamoDb } from './memory-dynamodb.ts';

/* What the stores' contract cannot show: that it refuses what it does not know, instead of guessing. */
const TableName = 'sessions';
const keyOf = (item: string) => ({ user_key: { S: 'U#a#b' }, item: { S: item } });

let dynamodb: ReturnType<typeof memoryDynamoDb>;
beforeEach(() => {
  dynamodb = memoryDynamoDb();
});

async function update(UpdateExpression: string, ConditionExpression?: string) {
  const values = { ':n': { N: '10' }, ':s': { S: '9' } };
  const expressions = { UpdateExpression, ConditionExpression, ExpressionAttributeValues: values };
  await dynamodb.send(new UpdateItemCommand({ TableName, Key: keyOf('x'), ...expressions }));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf('x') }));
  return Item;
}

describe('the table in memory', () => {
  it('sums numbers, sets what is missing, and removes', async () => {
    expect(await update('SET n = if_not_exists(n, :n) + :n, s = :s')).toMatchObject({ n: { N: '20' }, s: { S: '9' } });
    expect(await update('SET n = if_not_exists(n, :n) + :n REMOVE s')).toEqual({ ...keyOf('x'), n: { N: '30' } });
  });

  it.each([
    ['n = :n AND attribute_exists(user_key)', true],
    ['n <> :n OR NOT n > :n', true],
    ['(n < :n OR n >= :n) AND n <= :n', true],
    ['n BETWEEN :n AND :n', true],
    ['begins_with(item, :s)', false],
    ['n = :s', false],
    ['missing = :n', false],
    ['NOT attribute_not_exists(missing)', false],
  ])('finds %s to be %s', async (condition, isTrue) => {
    await update('SET n = :n');
    const updating = update('SET m = :n', condition);
    if (isTrue) await updating;
    else await expect(updating).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it.each(['n ~ :n', 'n = :missing', '#missing = :n', 'n =', 'n = :n)', 'size(n) = :n', 'n : n'])(
    'knows no condition %j',
    async (condition) => {
      await expect(update('SET n = :n', condition)).rejects.toThrow(Error);
      expect((await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf('x') }))).Item).toBeUndefined();
    },
  );

  it.each(['ADD n :n', 'SET n :n', 'SET n = missing'])('knows no update %j', async (expression) => {
    await expect(update(expression)).rejects.toThrow(Error);
  });

  it('takes no transaction that DynamoDB would not take, and knows no other operations', async () => {
    const Put = { TableName, Item: keyOf('x') };
    const twice = new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Put }] });
    await expect(dynamodb.send(twice)).rejects.toThrow('DynamoDB takes no such transaction');
    await expect(dynamodb.send(new UpdateTableCommand({ TableName }))).rejects.toThrow('knows no UpdateTableCommand');
  });

  it('says where a page ended, even at the very end', async () => {
    for (const item of ['a', 'b', 'c']) await dynamodb.send(new PutItemCommand({ TableName, Item: keyOf(item) }));
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: keyOf('b') }));
    const query = { TableName, Limit: 2, KeyConditionExpression: 'user_key = :key' };
    const values = { ExpressionAttributeValues: { ':key': { S: 'U#a#b' } } };
    const { Items, LastEvaluatedKey } = await dynamodb.send(new QueryCommand({ ...query, ...values }));
    expect(Items).toEqual([keyOf('a'), keyOf('c')]);
    expect(LastEvaluatedKey).toEqual(keyOf('c'));
    const rest = new QueryCommand({ ...query, ...values, ExclusiveStartKey: LastEvaluatedKey });
    expect(await dynamodb.send(rest)).toEqual({ Items: [] });
  });
});
