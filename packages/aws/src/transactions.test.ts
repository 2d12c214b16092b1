import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import { dynamodbFrom, sdkTransactions } from './dynamodb.ts';
import type { AwsSession } from './index.ts';
import type { DynamoDbTransactions } from './items.ts';
import { acceptOnlyNew, sessionAt, sessionBench } from './session-fixture.ts';
import { leanTransactions } from './transactions.ts';

const bench = sessionBench();
const input = { TransactItems: [{ Delete: { TableName: 'sessions', Key: { user_key: { S: 'U#a#b' } } } }] };
const ways: [string, (aws: AwsSession) => DynamoDbTransactions][] = [
  ['the lean client', leanTransactions],
  ["the SDK's client", (aws) => sdkTransactions(dynamodbFrom(aws))],
];
const tokens = () => bench.fake.requests.map(({ body }) => JSON.parse(body).ClientRequestToken as unknown);

it.each(ways)(
  'is one transaction to DynamoDB, however often %s has to send it, and another one the next time',
  async (_, of) => {
    const transactions = of(sessionAt(bench));
    bench.fake.answer((request) => {
      if (bench.fake.requests.length === 1) return 'cut';
      return bench.fake.requests.length === 2
        ? fakeAwsError(request.service, 'TransactionInProgressException')
        : fakeAwsSuccess(request);
    });
    await transactions.transactWriteItems(input);
    const [first] = tokens();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens()).toEqual([first, first, first]);
    await transactions.transactWriteItems(input);
    expect(tokens()[3]).not.toBe(first);
  },
);

it.each(ways)('is the same one signed with other credentials by %s', async (_, of) => {
  acceptOnlyNew(bench, 'ExpiredTokenException');
  await of(sessionAt(bench)).transactWriteItems(input);
  const [first] = tokens();
  expect(tokens()).toEqual([first, first]);
});
