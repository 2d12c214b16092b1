import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Beginning, OngoingTransactions } from './ongoing-transactions.ts';

/* Held to https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling */

const KEYS = ['user_key', 'item'];
const keyOf = (item: string) => ({ user_key: { S: 'U#local#alice' }, item: { S: item } });
const put = (item: string) => ({ Put: { TableName: 't', Item: { ...keyOf(item), more: { N: '1' } } } });
const remove = (item: string) => ({ Delete: { TableName: 't', Key: keyOf(item) } });
const update = (item: string) => ({ Update: { TableName: 't', Key: keyOf(item), UpdateExpression: 'SET a = :a' } });
const check = (item: string) => ({ ConditionCheck: { TableName: 't', Key: keyOf(item) } });
const get = (item: string) => ({ Get: { TableName: 't', Key: keyOf(item) } });
const transaction = (...TransactItems: object[]) => ({ TransactItems });

const begun = () => new OngoingTransactions((table) => (table === 't' ? KEYS : undefined));

function end(beginning: Beginning, hasSucceeded = true): void {
  if ('refusal' in beginning) throw new Error(beginning.refusal.code);
  beginning.end(hasSucceeded);
}

const refusal = (beginning: Beginning) => ('refusal' in beginning ? beginning.refusal : undefined);
const codes = (beginning: Beginning) => refusal(beginning)?.reasons?.map(({ Code }) => Code);

describe('an item of an ongoing TransactWriteItems', () => {
  const writes = { put, remove, update, check };

  it.each(Object.keys(writes) as (keyof typeof writes)[])('of which it is the %s', (kind) => {
    const transactions = begun();
    end(transactions.begin('TransactWriteItems', transaction(writes[kind]('other'))));
    const ongoing = transactions.begin('TransactWriteItems', transaction(writes[kind]('a'), put('b')));
    for (const next of Object.values(writes)) {
      const cancelled = transactions.begin('TransactWriteItems', transaction(put('c'), next('a')));
      expect(refusal(cancelled)).toMatchObject({ code: 'TransactionCanceledException' });
      expect(codes(cancelled)).toEqual(['None', 'TransactionConflict']);
    }
    expect(codes(transactions.begin('TransactGetItems', transaction(get('a'), get('c'))))).toEqual([
      'TransactionConflict',
      'None',
    ]);
    end(ongoing);
    end(transactions.begin('TransactWriteItems', transaction(put('c'), check('a'))));
  });

  it.each([
    ['PutItem', { TableName: 't', Item: keyOf('a') }],
    ['UpdateItem', { TableName: 't', Key: keyOf('a') }],
    ['DeleteItem', { TableName: 't', Key: keyOf('a') }],
    ['DeleteItem', { TableName: 'arn:aws:dynamodb:eu-central-1:000000000000:table/t', Key: keyOf('a') }],
    [
      'BatchWriteItem',
      { RequestItems: { t: [{ PutRequest: { Item: keyOf('z') } }, { DeleteRequest: { Key: keyOf('a') } }] } },
    ],
  ])('is not written by a %s, until it is over', (operation, input) => {
    const transactions = begun();
    const ongoing = transactions.begin('TransactWriteItems', transaction(check('a')));
    expect(refusal(transactions.begin(operation, input))).toMatchObject({ code: 'TransactionConflictException' });
    end(ongoing, false);
    end(transactions.begin(operation, input));
  });

  it.each(['GetItem', 'Query', 'Scan', 'BatchGetItem'])('is read by a %s all the same', (operation) => {
    const transactions = begun();
    transactions.begin('TransactWriteItems', transaction(put('a')));
    end(transactions.begin(operation, { TableName: 't', Key: keyOf('a') }));
  });

  it('is not another item of the table, nor one of another table', () => {
    const transactions = begun();
    transactions.begin('TransactWriteItems', transaction(put('a')));
    end(transactions.begin('PutItem', { TableName: 't', Item: keyOf('b') }));
    end(transactions.begin('PutItem', { TableName: 'u', Item: keyOf('a') }));
  });
});

describe('a single write', () => {
  it('cancels no transaction of writes, and one of reads', () => {
    const transactions = begun();
    const writing = [1, 2].map(() => transactions.begin('UpdateItem', { TableName: 't', Key: keyOf('a') }));
    end(transactions.begin('TransactWriteItems', transaction(put('a'))));
    for (const each of writing) {
      expect(codes(transactions.begin('TransactGetItems', transaction(get('a'))))).toEqual(['TransactionConflict']);
      end(each);
    }
    end(transactions.begin('TransactGetItems', transaction(get('a'))));
  });
});

describe('a client request token', () => {
  const request = { ...transaction(put('a')), ClientRequestToken: 'token' };

  it('whose transaction is ongoing is in progress', () => {
    const transactions = begun();
    transactions.begin('TransactWriteItems', request);
    expect(refusal(transactions.begin('TransactWriteItems', request))).toMatchObject({
      code: 'TransactionInProgressException',
    });
  });

  it('whose transaction is done is answered again, whoever is at its items now', () => {
    const transactions = begun();
    end(transactions.begin('TransactWriteItems', request));
    transactions.begin('TransactWriteItems', transaction(put('a')));
    end(transactions.begin('TransactWriteItems', request));
    expect(refusal(transactions.begin('PutItem', { TableName: 't', Item: keyOf('a') }))).toBeDefined();
  });

  it('whose transaction was refused is tried anew', () => {
    const transactions = begun();
    end(transactions.begin('TransactWriteItems', request), false);
    transactions.begin('TransactWriteItems', transaction(put('a')));
    expect(codes(transactions.begin('TransactWriteItems', request))).toEqual(['TransactionConflict']);
  });
});

it('refuses nothing once everything has ended, whatever came and in whatever order', () => {
  const items = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  const requests = fc.array(fc.record({ items, isTransaction: fc.boolean(), ends: fc.nat({ max: 5 }) }));
  const property = fc.property(requests, (all) => {
    const transactions = begun();
    const ongoing: Beginning[] = [];
    for (const { items: names, isTransaction, ends } of all) {
      const [first = ''] = names;
      const begins = isTransaction
        ? transactions.begin('TransactWriteItems', transaction(...names.map(update)))
        : transactions.begin('UpdateItem', { TableName: 't', Key: keyOf(first) });
      if (refusal(begins) === undefined) ongoing.push(begins);
      for (const each of ongoing.splice(0, ends)) end(each);
    }
    for (const each of ongoing) end(each);
    end(transactions.begin('TransactWriteItems', transaction(...['a', 'b', 'c', 'd'].map(update))));
  });
  fc.assert(property);
});

it('leaves malformed requests to DynamoDB Local', () => {
  const transactions = begun();
  for (const operation of ['TransactWriteItems', 'TransactGetItems', 'BatchWriteItem', 'PutItem']) {
    for (const input of [undefined, {}, { TransactItems: 'x', RequestItems: 1, TableName: 2 }, transaction({})]) {
      end(transactions.begin(operation, input));
    }
  }
});
