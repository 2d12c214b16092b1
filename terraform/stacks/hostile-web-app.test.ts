import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SCANNING, SHOP, startWebAppAccount, type WebAppAccount } from '../testing/web-app-account.ts';

const USER = 'U#cognito#alice';
const WEB = 'WEB#of-alice';
const key = (user: string, item: string) => ({ user_key: { S: user }, item: { S: item } });
const N = (value: number) => ({ N: String(value) });
const S = (value: string) => ({ S: value });

/** What an app must neither read nor change, as it is kept. */
const KEPT = {
  user: { ...key(USER, 'USER'), not_before: N(1_700_000_000), version: N(7), ttl: N(4_000_000_000) },
  bearer: {
    ...key(USER, 'SESSION#bearer'),
    kind: S('bearer'),
    login_id: S('l'),
    groups: { L: [] },
    idle_expires_at: N(4e9),
  },
  ticket: {
    ...key(USER, 'SESSION#ticket'),
    kind: S('ticket'),
    login_id: S('t'),
    secret_hash: S('secret-hash'),
    family_hash: S('family-hash'),
    idle_expires_at: N(4e9),
  },
  tokens: { ...key(USER, 'PROVIDER_TOKENS#ticket'), sealed: { B: new Uint8Array([1, 2, 3]) } },
  data: { ...key(USER, 'DATA#bearer'), data: S('{"a":1}') },
  ended: { ...key(USER, 'ENDED#l0'), reason: S('revoked'), ended_at: N(1_700_000_000), ttl: N(4e9) },
  burnt: { ...key(USER, 'BURNT#sid'), burnt_at: N(1_700_000_000), ttl: N(4e9) },
  flow: { ...key('FLOW#f', 'FLOW'), verifier: S('secret') },
  keySet: { ...key('KEYS#cognito', 'KEYS'), jwks: S('{"keys":[]}'), fetched_at: N(1) },
  providerSession: { ...key('SID#cognito#k', 'SID'), owners: { SS: [USER] }, ttl: N(4e9) },
  web: { ...key(WEB, 'WEB'), prefix: S('sess:'), owner: S(USER), id: S('w'), ttl: N(4e9), idle_expires_at_ms: N(4e12) },
  entry: { ...key(USER, 'SESSION#w'), web_hash: S('of-alice'), web_idle_expires_at: N(4e9) },
};
type Kept = keyof typeof KEPT;
const keyOf = (kept: Kept) => ({ user_key: KEPT[kept].user_key, item: KEPT[kept].item });

let account: WebAppAccount;
beforeAll(async () => {
  account = await startWebAppAccount();
}, 120_000);
afterAll(() => account?.stop());
beforeEach(async () => {
  for (const Item of Object.values(KEPT))
    await account.developer.send(new PutItemCommand({ TableName: account.table, Item }));
});
afterEach(async () => {
  const { Items = [] } = await account.developer.send(new ScanCommand({ TableName: account.table }));
  const inOrder = (items: readonly Record<string, unknown>[]) =>
    items.map((item) => JSON.stringify(item, Object.keys(item).toSorted())).toSorted();
  expect(inOrder(Items)).toEqual(inOrder(Object.values(KEPT)));
});

type Command = Parameters<WebAppAccount['developer']['send']>[0];
/** Made when the tables have their names. */
type Attempt = (TableName: string) => unknown;

async function expectRefused(attempt: Attempt, role = SHOP): Promise<void> {
  const client = await account.clientOf(role);
  await expect(client.send(attempt(account.table) as Command)).rejects.toMatchObject({ name: 'AccessDeniedException' });
}

const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
const FAILS = 'attribute_not_exists(user_key)';
/** An update that changes one attribute, which an app may change. */
const harmless = (kept: Kept, more: object = {}) => ({
  Key: keyOf(kept),
  UpdateExpression: 'SET web_ip = :ip',
  ExpressionAttributeValues: { ':ip': S('192.0.2.1') },
  ...more,
});
const update = (kept: Kept, expression: string, values: Record<string, object> = {}): Attempt => {
  const some = Object.keys(values).length > 0;
  return (TableName) =>
    new UpdateItemCommand({
      TableName,
      Key: keyOf(kept),
      UpdateExpression: expression.replaceAll(/\b(ttl|groups|roles|scope)\b/g, '#$1'),
      ...namesIn(expression),
      ...(some ? { ExpressionAttributeValues: values as Record<string, { S: string }> } : {}),
    });
};
function namesIn(expression: string): object {
  const names = [...expression.matchAll(/\b(ttl|groups|roles|scope)\b/g)].map(([name]) => [`#${name}`, name]);
  return names.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(names) };
}
const transact =
  (...items: readonly ((TableName: string) => object)[]): Attempt =>
  (TableName) =>
    new TransactWriteItemsCommand({ TransactItems: items.map((item) => item(TableName)) });
const query =
  (more: object, user = USER): Attempt =>
  (TableName) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'user_key = :user',
      ...more,
      ExpressionAttributeValues: { ':user': S(user), ...(more as { values?: object }).values },
    });

it('an app may change what the attempts below only go beyond, and read what it has kept', async () => {
  const client = await account.clientOf(SHOP);
  await client.send(new UpdateItemCommand({ TableName: account.table, ...harmless('entry') }));
  await client.send(
    new UpdateItemCommand({ TableName: account.table, Key: keyOf('entry'), UpdateExpression: 'REMOVE web_ip' }),
  );
  const own = { Key: keyOf('web'), ProjectionExpression: 'user_key, id' };
  expect((await client.send(new GetItemCommand({ TableName: account.table, ...own }))).Item).toBeDefined();
});

describe('an app that turns hostile, with its rights, reads', () => {
  it.each(Object.keys(KEPT).filter((kept) => kept !== 'web') as Kept[])(
    'nothing of %s, whole or in part',
    async (kept) => {
      await expectRefused((TableName) => new GetItemCommand({ TableName, Key: keyOf(kept) }));
      await expectRefused(
        (TableName) => new GetItemCommand({ TableName, Key: keyOf(kept), ProjectionExpression: 'user_key' }),
      );
      await expectRefused(
        (TableName) =>
          new BatchGetItemCommand({
            RequestItems: { [TableName]: { Keys: [keyOf(kept)], ProjectionExpression: 'user_key' } },
          }),
      );
      await expectRefused(
        (TableName) =>
          new TransactGetItemsCommand({
            TransactItems: [{ Get: { TableName, Key: keyOf(kept), ProjectionExpression: 'user_key' } }],
          }),
      );
    },
  );

  it.each<[string, Attempt]>([
    ['what a user has, whole', query({})],
    ['secret hashes', query({ ProjectionExpression: 'secret_hash' })],
    ['sealed tokens', query({ ProjectionExpression: 'user_key, sealed' })],
    ['data', query({ ProjectionExpression: '#data', ExpressionAttributeNames: { '#data': 'data' } })],
    [
      'a secret hash, by guessing at how it begins',
      query({
        ProjectionExpression: 'user_key',
        FilterExpression: 'begins_with(secret_hash, :a)',
        values: { ':a': S('a') },
      }),
    ],
    [
      'the same, by counting',
      query({ Select: 'COUNT', FilterExpression: 'begins_with(secret_hash, :a)', values: { ':a': S('a') } }),
    ],
    ['flows', query({ ProjectionExpression: 'user_key' }, 'FLOW#f')],
    ['key sets', query({ ProjectionExpression: 'user_key' }, 'KEYS#cognito')],
    ['all sessions', (TableName) => new ScanCommand({ TableName, ProjectionExpression: 'user_key' })],
    [
      'events',
      () =>
        new QueryCommand({
          TableName: account.events,
          KeyConditionExpression: 'user_key = :u',
          ExpressionAttributeValues: { ':u': S(USER) },
        }),
    ],
    [
      'an item, by an update that shows it',
      (TableName) => new UpdateItemCommand({ TableName, ...harmless('ticket', { ReturnValues: 'ALL_NEW' }) }),
    ],
    [
      'what it replaces in what a user has',
      (TableName) => new UpdateItemCommand({ TableName, ...harmless('ticket', { ReturnValues: 'UPDATED_OLD' }) }),
    ],
    [
      'an item, by an update that fails',
      (TableName) =>
        new UpdateItemCommand({ TableName, ...harmless('ticket', { ConditionExpression: FAILS, ...ALL_OLD }) }),
    ],
    [
      'an item, by a transaction that fails',
      transact((TableName) => ({
        Update: { TableName, ...harmless('ticket', { ConditionExpression: FAILS, ...ALL_OLD }) },
      })),
    ],
    [
      'an item, by a check that fails',
      transact((TableName) => ({
        ConditionCheck: { TableName, Key: keyOf('ticket'), ConditionExpression: FAILS, ...ALL_OLD },
      })),
    ],
    [
      'a secret hash, by a condition',
      (TableName) =>
        new UpdateItemCommand({ TableName, ...harmless('ticket', { ConditionExpression: 'secret_hash > web_ip' }) }),
    ],
    [
      'a secret hash, by a check',
      transact((TableName) => ({
        ConditionCheck: { TableName, Key: keyOf('ticket'), ConditionExpression: 'attribute_exists(secret_hash)' },
      })),
    ],
    [
      'whether there is a flow, by a check',
      transact((TableName) => ({ ConditionCheck: { TableName, Key: keyOf('flow'), ConditionExpression: FAILS } })),
    ],
    ['a secret hash, by copying it to where it may read', update('ticket', 'SET web_ip = secret_hash')],
  ])('not %s', async (_, attempt) => expectRefused(attempt));

  it.each<[string, object]>([
    ['whole items', {}],
    ['secret hashes', { ProjectionExpression: 'secret_hash' }],
    ['sealed tokens', { ProjectionExpression: 'user_key, sealed' }],
    ['what filters tell', { ProjectionExpression: 'user_key', FilterExpression: 'attribute_exists(secret_hash)' }],
    ['in segments', { Segment: 0, TotalSegments: 2 }],
  ])('not %s, where it may list all sessions', (_, scan) =>
    expectRefused((TableName) => new ScanCommand({ TableName, ...scan }), SCANNING),
  );

  it('nothing that is sealed under the key of the tables', async () => {
    const developer = new KMSClient({
      ...(await account.as(SHOP)),
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { CiphertextBlob } = await developer.send(
      new GenerateDataKeyCommand({ KeyId: account.tableKey, KeySpec: 'AES_256' }),
    );
    const app = new KMSClient(await account.as(SHOP));
    await expect(app.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    for (const client of [developer, app]) client.destroy();
  });
});

describe('an app that turns hostile, with its rights, changes', () => {
  it.each(Object.keys(KEPT) as Kept[])('nothing of %s by putting or deleting', async (kept) => {
    const Key = keyOf(kept);
    await expectRefused((TableName) => new PutItemCommand({ TableName, Item: Key }));
    await expectRefused((TableName) => new DeleteItemCommand({ TableName, Key }));
    await expectRefused(
      (TableName) => new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }),
    );
    await expectRefused(transact((TableName) => ({ Put: { TableName, Item: Key } })));
    await expectRefused(transact((TableName) => ({ Delete: { TableName, Key } })));
  });

  it.each<[string, Attempt]>([
    ['a watermark, by lowering it', update('user', 'SET not_before = :low', { ':low': N(0) })],
    ['a watermark, by counting down', update('user', 'ADD not_before :low', { ':low': N(-1) })],
    ['a watermark, by removing it', update('user', 'REMOVE not_before')],
    ['a watermark, by letting it lapse', update('user', 'SET ttl = :now', { ':now': N(1) })],
    ['when one must sign in again', update('user', 'SET reauth_after = :low', { ':low': N(0) })],
    ['whether a user was erased', update('user', 'REMOVE erased_at')],
    ['why a login has ended', update('ended', 'REMOVE reason')],
    ['when a login has ended', update('ended', 'REMOVE ended_at')],
    ['how long a login stays ended', update('ended', 'SET ttl = :now', { ':now': N(1) })],
    [
      'how long a login stays ended, in a transaction',
      transact((TableName) => ({
        Update: {
          TableName,
          Key: keyOf('ended'),
          UpdateExpression: 'SET #t = :now',
          ExpressionAttributeNames: { '#t': 'ttl' },
          ExpressionAttributeValues: { ':now': N(1) },
        },
      })),
    ],
    [
      'that, among what it may change',
      transact(
        (TableName) => ({ Update: { TableName, ...harmless('entry') } }),
        (TableName) => ({
          Update: {
            TableName,
            Key: keyOf('web'),
            UpdateExpression: 'SET #t = :now',
            ExpressionAttributeNames: { '#t': 'ttl' },
            ExpressionAttributeValues: { ':now': N(1) },
          },
        }),
      ),
    ],
    ['when a provider session was burnt', update('burnt', 'SET burnt_at = :now', { ':now': N(1) })],
    ['how long it stays burnt', update('burnt', 'SET ttl = :now', { ':now': N(1) })],
    ['how long a session is kept', update('ticket', 'SET ttl = :now', { ':now': N(1) })],
    ['when a session expires by idleness', update('bearer', 'SET idle_expires_at = :late', { ':late': N(4e9) })],
    ['when it expires, used or not', update('ticket', 'SET absolute_expires_at = :late', { ':late': N(4e9) })],
    ['when it began', update('bearer', 'SET created_at = :late', { ':late': N(4e9) })],
    ['when it was used last', update('bearer', 'ADD last_seen_at :late', { ':late': N(60) })],
    ['from where it came', update('bearer', 'SET ip = :ip', { ':ip': S('192.0.2.1') })],
    [
      'when it expires, in the transaction of a sign-in',
      transact(
        (TableName) => ({ Update: { TableName, ...harmless('entry') } }),
        (TableName) => ({
          Update: {
            TableName,
            Key: keyOf('bearer'),
            UpdateExpression: 'SET idle_expires_at = :late',
            ExpressionAttributeValues: { ':late': N(4e9) },
          },
        }),
      ),
    ],
    ['an entry into a bearer', update('entry', 'SET kind = :b, login_id = :l', { ':b': S('bearer'), ':l': S('l') })],
    [
      'an entry into a ticket',
      update('entry', 'SET kind = :t, secret_hash = :h, family_hash = :h', { ':t': S('ticket'), ':h': S('h') }),
    ],
    ['a ticket into a bearer, which has all that one needs', update('ticket', 'SET kind = :b', { ':b': S('bearer') })],
    ['a bearer into one of its own', update('bearer', 'REMOVE kind SET web_hash = :h', { ':h': S('of-alice') })],
    ['which provider session a login is of', update('bearer', 'SET sid_hash = :h', { ':h': S('other') })],
    ['that of a ticket, by removing it', update('ticket', 'REMOVE sid_hash')],
    ['the secret of a ticket', update('ticket', 'SET secret_hash = :h', { ':h': S('h') })],
    ['the groups of a session', update('bearer', 'SET groups = :g', { ':g': { L: [S('admins')] } })],
    ['the roles of a session', update('bearer', 'SET roles = :g', { ':g': { L: [S('admins')] } })],
    ['the scope of a session', update('bearer', 'SET scope = :g', { ':g': S('admin') })],
    ['when its person has signed in', update('bearer', 'SET auth_time = :g', { ':g': N(4e9) })],
    ['whose login it is', update('bearer', 'SET login_id = :g', { ':g': S('other') })],
    ['sealed tokens', update('tokens', 'SET sealed = :g', { ':g': S('other') })],
    ['a flow', update('flow', 'SET web_ip = :g', { ':g': S('other') })],
    ['a key set', update('keySet', 'SET jwks = :g', { ':g': S('{}') })],
    ['who signs out with a provider session', update('providerSession', 'SET web_ip = :g', { ':g': S('other') })],
    ['the table', (TableName) => new DeleteTableCommand({ TableName })],
    ['how the table is kept', (TableName) => new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })],
  ])('not %s', async (_, attempt) => expectRefused(attempt));

  it('nothing by a statement, which could name anything', async () => {
    const client = await account.clientOf(SHOP);
    const Statement = `DELETE FROM "${account.table}" WHERE user_key = '${USER}' AND item = 'ENDED#l0'`;
    await expect(client.send(new ExecuteStatementCommand({ Statement }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
