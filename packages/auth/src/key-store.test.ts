import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTestSigner, createTestTable, testDynamoDb } from '@cloakroom/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Issuer } from './issuer.ts';
import { parseKeySet } from './key-set.ts';
import { createKeyStore } from './key-store.ts';

const dynamodb = testDynamoDb();
const issuer = (alias: string) => ({ alias, algorithms: ['EdDSA'] }) as unknown as Issuer;
const keySet = (kid: string, fetchedAt: number) =>
  parseKeySet(JSON.stringify({ keys: [createTestSigner('EdDSA', kid).jwk] }), ['EdDSA'], fetchedAt);
let table = '';
const store = () => createKeyStore({ dynamodb, table });

beforeAll(async () => {
  table = await createTestTable(dynamodb, 'sessions');
});

describe('the key store', () => {
  it('has nothing for an issuer that was never fetched', async () => {
    await expect(store().get(issuer('none'))).resolves.toBeUndefined();
  });

  it('gives back what was put, for each issuer its own', async () => {
    await store().put(issuer('one'), keySet('a', 100));
    await store().put(issuer('two'), keySet('b', 200));
    const one = await store().get(issuer('one'));
    expect(one?.find('EdDSA', 'a')).toHaveLength(1);
    expect(one?.find('EdDSA', 'b')).toEqual([]);
    expect(one?.fetchedAt).toBe(100);
  });

  it('writes the item that other functions read', async () => {
    const set = keySet('a', 300);
    await store().put(issuer('item'), set);
    const Key = { user_key: { S: 'KEYS#item' }, item: { S: 'KEYS' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item).toEqual({ ...Key, jwks: { S: set.jwks }, fetched_at: { N: '300' } });
  });

  it('replaces an older set whole', async () => {
    await store().put(issuer('replaced'), keySet('old', 100));
    await store().put(issuer('replaced'), keySet('new', 100));
    expect((await store().get(issuer('replaced')))?.find('EdDSA', 'old')).toEqual([]);
  });

  it('keeps a set that was fetched later, without an error', async () => {
    await store().put(issuer('late'), keySet('new', 200));
    await store().put(issuer('late'), keySet('old', 199));
    expect((await store().get(issuer('late')))?.fetchedAt).toBe(200);
  });

  it.each([
    ['no key set', { fetched_at: { N: '1' } }],
    ['no time', { jwks: { S: keySet('a', 1).jwks } }],
    ['a key set that is none', { jwks: { S: '{}' }, fetched_at: { N: '1' } }],
  ])('says that an item with %s is not one of ours', async (_, attributes) => {
    const Item = { user_key: { S: 'KEYS#foreign' }, item: { S: 'KEYS' }, ...attributes };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    await expect(store().get(issuer('foreign'))).rejects.toMatchObject({ code: 'KEY_SET_UNREADABLE' });
  });

  it('passes on a failure of the table', async () => {
    const broken = createKeyStore({ dynamodb, table: 'no-such-table' });
    await expect(broken.get(issuer('one'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(broken.put(issuer('one'), keySet('a', 1))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('reads strongly consistent', async () => {
    const sent: unknown[] = [];
    const send = async (command: { input: unknown }) => {
      sent.push(command.input);
      return {};
    };
    await createKeyStore({ dynamodb: { send } as never, table: 't' }).get(issuer('one'));
    expect(sent).toEqual([expect.objectContaining({ ConsistentRead: true })]);
  });
});
