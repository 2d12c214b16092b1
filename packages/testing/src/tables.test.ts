import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from '@jest/globals';
import { createTestTable, testDynamoDb } from './tables.ts';

it('makes a table with the keys of the sessions table', async () => {
  const dynamodb = testDynamoDb();
  const name = await createTestTable(dynamodb, 'sessions');
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['user_key', 'item']);
});
