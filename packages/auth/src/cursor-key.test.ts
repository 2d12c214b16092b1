import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createCursors } from '@cloakroom/core';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCursorKey } from './cursor-key.ts';

const dynamodb = testDynamoDb();
const Key = { user_key: { S: 'KEYS#~cursor' }, item: { S: 'KEYS' } };
let table = '';
beforeEach(async () => {
  table = await createTestTable(dynamodb, 'sessions');
});
afterAll(() => dynamodb.destroy());

const key = () => createCursorKey({ dynamodb, table });

describe('the key of cursors', () => {
  it('is made once, whoever makes it at the same time, and is the same for all', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => key().make()));
    expect(made.filter(Boolean)).toHaveLength(1);
    const [one, two] = await Promise.all([key().require(), key().require()]);
    expect(one).toHaveLength(32);
    expect(two).toEqual(one);
    expect(await key().make()).toBe(false);
    expect(await key().require()).toEqual(one);
  });

  it('is another one in every table', async () => {
    await key().make();
    const first = await key().require();
    table = await createTestTable(dynamodb, 'sessions');
    await key().make();
    expect(await key().require()).not.toEqual(first);
  });

  it('lets one environment open what another has sealed', async () => {
    await key().make();
    const [here, there] = [createCursors(key().require), createCursors(key().require)];
    expect(await there.open('list', await here.seal('list', 'somewhere'))).toBe('somewhere');
  });

  it('is an error of ours until it is there, and the error ends when it is', async () => {
    const cursors = createCursors(key().require);
    await expect(cursors.seal('list', '1')).rejects.toMatchObject({ code: 'CURSOR_KEY_MISSING' });
    await key().make();
    expect(await cursors.open('list', await cursors.seal('list', '1'))).toBe('1');
  });

  it.each([
    ['too short', { key: { B: Buffer.alloc(31) } }],
    ['no bytes', { key: { S: 'x'.repeat(32) } }],
    ['not there', {}],
  ])('is never one that is %s, nor takes the place of it', async (_, attributes) => {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...Key, ...attributes } }));
    await expect(key().require()).rejects.toMatchObject({ code: 'MALFORMED', field: 'key' });
    expect(await key().make()).toBe(false);
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key }));
    expect(Object.keys(Item ?? {})).toHaveLength(2 + Object.keys(attributes).length);
  });

  it('passes on what DynamoDB says', async () => {
    table = 'no-such-table';
    await expect(key().make()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
