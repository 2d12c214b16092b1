import { describe, expect, it } from '@jest/globals';
import { dynamoDbAccesses } from './dynamodb-accesses.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/t';
const tables = { keysOf: () => ['user_key', 'item'], kmsKeyOf: () => undefined };
const accesses = (operation: string, input: unknown) =>
  dynamoDbAccesses(operation, { body: Buffer.from(JSON.stringify(input)), region: 'eu-central-1' }, tables).map(
    ({ action, resource }) => `${action} ${resource}`,
  );

describe('dynamoDbAccesses', () => {
  it.each([
    ['GetItem', { TableName: 't' }, [`dynamodb:GetItem ${TABLE}`]],
    ['GetItem', { TableName: TABLE }, [`dynamodb:GetItem ${TABLE}`]],
    ['BatchWriteItem', { RequestItems: { t: [] } }, [`dynamodb:BatchWriteItem ${TABLE}`]],
    ['ListTables', {}, ['dynamodb:ListTables *']],
    ['DescribeStream', { StreamArn: `${TABLE}/stream/x` }, [`dynamodb:DescribeStream ${TABLE}/stream/x`]],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName: 't' } }] }, [`dynamodb:GetItem ${TABLE}`]],
  ])('%s %j', (operation, input, expected) => expect(accesses(operation, input)).toEqual(expected));

  it('names the action of every item of a transaction', () => {
    const TransactItems = ['Put', 'Update', 'Delete', 'ConditionCheck'].map((kind) => ({ [kind]: { TableName: 't' } }));
    expect(accesses('TransactWriteItems', { TransactItems })).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => `dynamodb:${action} ${TABLE}`),
    );
  });

  it.each(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'])('refuses %s', (operation) => {
    expect(() => accesses(operation, {})).toThrow('PartiQL');
  });

  it.each([
    { TransactItems: [{ Replace: { TableName: 't' } }] },
    { TransactItems: [{ Put: {} }] },
    { TransactItems: 'all', TableName: 't' },
  ])('refuses a transaction it cannot read: %j', (input) => {
    expect(() => accesses('TransactWriteItems', input)).toThrow('TransactItems');
  });
});
