import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../base/ports.ts';
import { testStack } from '../stack-fixture.ts';
import { type LocalAws, startAws } from '../start-aws.ts';

const REGION = 'eu-central-1';
const port = await freePort();
const endpoint = `http://127.0.0.1:${port}`;
const developer = {
  endpoint,
  region: REGION,
  maxAttempts: 1,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

const allow = (Action: string | readonly string[], Resource: string, Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const table = '${aws_dynamodb_table.sessions.arn}';
const keys = (...patterns: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
const attributes = (...names: readonly string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:Attributes': names } });
const PUBLIC = ['user_key', 'item', 'name', 'version'];
const READS = ['GetItem', 'Query', 'Scan', 'BatchGetItem'].map((name) => `dynamodb:${name}`);
const useKey = allow('kms:Decrypt', '${aws_kms_key.tables.arn}', {
  StringEquals: { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com` },
});

const POLICIES: Readonly<Record<string, string>> = {
  limited: policyOf(
    useKey,
    allow('dynamodb:*Item', table, {
      ...keys('U#*', 'V#*'),
      ...attributes(...PUBLIC),
      StringEqualsIfExists: {
        'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD'],
        'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
      },
      Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
    }),
    allow('dynamodb:PutItem', table, keys('W#*')),
    allow(READS, table, {
      ...attributes(...PUBLIC),
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      Null: { 'dynamodb:Attributes': 'false' },
    }),
  ),
  keyless: policyOf(allow('dynamodb:*', table)),
  free: policyOf(useKey, allow('dynamodb:*', table)),
  alone: policyOf(
    useKey,
    allow('dynamodb:UpdateItem', table, { StringEqualsIfExists: { 'dynamodb:EnclosingOperation': 'none' } }),
  ),
  worker: policyOf(
    allow('sqs:SendMessage', '${aws_sqs_queue.events.arn}'),
    allow('kms:GenerateDataKey', '${aws_kms_key.tables.arn}'),
    allow('secretsmanager:GetSecretValue', '${aws_secretsmanager_secret.client.arn}'),
    allow('sts:AssumeRole', 'arn:aws:iam::210987654321:role/data'),
    allow('lambda:InvokeFunction', '${aws_lambda_alias.echo.arn}'),
  ),
};

let aws: LocalAws;
let keyArn: string;
const clients: Record<string, DynamoDBClient> = {};
const faults: unknown[] = [];

beforeAll(async () => {
  const stack = testStack({
    awsEndpoint: endpoint,
    functions: { echo: { code: 'export const handler = async (event) => event;' } },
    resource: {
      aws_kms_key: { tables: {} },
      aws_sqs_queue: { events: { name: 'events' }, other: { name: 'other' } },
      aws_secretsmanager_secret: { client: { name: 'client' }, other: { name: 'other' } },
      aws_dynamodb_table: {
        sessions: {
          name: 'sessions',
          hash_key: 'user_key',
          range_key: 'item',
          attribute: ['user_key', 'item'].map((name) => ({ name, type: 'S' })),
          server_side_encryption: { enabled: true, kms_key_arn: '${aws_kms_key.tables.arn}' },
        },
      },
      aws_iam_role_policy: Object.fromEntries(
        Object.entries(POLICIES).map(([role, policy]) => [role, { role, policy }]),
      ),
    },
  });
  keyArn = String(stack.get('aws_kms_key.tables').attributes.arn);
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-iam-'));
  aws = await startAws({ stack, dataDir, awsEndpointPort: port, onError: (error) => faults.push(error) });
  for (const role of Object.keys(POLICIES)) clients[role] = new DynamoDBClient(await as(role));
}, 60_000);
afterAll(async () => {
  await aws.stop();
  expect(faults).toEqual([]);
});

/** What a client of a role is made of: a developer takes it on. */
async function as(role: string, from: ConstructorParameters<typeof STSClient>[0] = developer) {
  const RoleArn = role.startsWith('arn:') ? role : `arn:aws:iam::000000000000:role/${role}`;
  const { Credentials } = await new STSClient(from).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = Credentials ?? {};
  return { ...developer, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

const TableName = 'sessions';
const key = (user: string, item = 'A') => ({ user_key: { S: user }, item: { S: item } });
const x = { ':x': { S: 'x' } };
const update = (user: string, more: object = {}) => ({
  TableName,
  Key: key(user),
  UpdateExpression: 'SET #n = :x',
  ExpressionAttributeNames: { '#n': 'name' },
  ExpressionAttributeValues: x,
  ...more,
});
const secretly = { ExpressionAttributeNames: { '#n': 'secret' } };
const get = (user: string, more: object = { ProjectionExpression: 'user_key, version' }) => ({
  TableName,
  Key: key(user),
  ...more,
});
const query = (more: object) => ({
  TableName,
  KeyConditionExpression: 'user_key = :x',
  ExpressionAttributeValues: x,
  ...more,
});
const NAMES = { ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } };
const put = (user: string, more: object = {}) => ({ TableName, Item: { ...key(user), ...more } });
const transact = (...TransactItems: readonly object[]) =>
  new TransactWriteItemsCommand({ TransactItems: [...TransactItems] });

type Command = Parameters<DynamoDBClient['send']>[0];
/** Undefined where it was allowed. */
async function refusal(role: string, command: unknown): Promise<string | undefined> {
  try {
    await clients[role]?.send(command as Command);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name !== 'AccessDeniedException') throw error;
    expect(error).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    return error.message;
  }
}

describe('a role that is limited to partitions and attributes', () => {
  it.each<[string, unknown]>([
    ['updates them', new UpdateItemCommand(update('U#a'))],
    ['is told what it has replaced', new UpdateItemCommand(update('U#a', { ReturnValues: 'UPDATED_OLD' }))],
    ['writes items of them', new PutItemCommand(put('U#b', { name: { S: 'x' } }))],
    ['deletes', new DeleteItemCommand({ TableName, Key: key('U#b') })],
    ['reads them', new GetItemCommand(get('U#a'))],
    [
      'reads several',
      new BatchGetItemCommand({ RequestItems: { sessions: { Keys: [key('U#a'), key('V#b')], ...NAMES } } }),
    ],
    [
      'writes several',
      new BatchWriteItemCommand({ RequestItems: { sessions: [{ PutRequest: { Item: key('U#c') } }] } }),
    ],
    ['queries them', new QueryCommand(query({ ...NAMES, FilterExpression: 'version <> :x' }))],
    ['queries them, and says so', new QueryCommand(query({ ...NAMES, Select: 'SPECIFIC_ATTRIBUTES' }))],
    ['scans them', new ScanCommand({ TableName, ...NAMES })],
    [
      'reads in a transaction',
      new TransactGetItemsCommand({ TransactItems: [{ Get: get('U#a') }, { Get: get('V#a') }] }),
    ],
    [
      'writes several in a transaction, other partitions too, where one statement has them all',
      transact({ Update: update('U#a') }, { Update: update('V#a') }, { Put: put('W#a', { secret: { S: 'x' } }) }),
    ],
  ])('%s', async (_, command) => expect(await refusal('limited', command)).toBeUndefined());

  it.each<[string, string, unknown]>([
    ['another partition', 'UpdateItem', new UpdateItemCommand(update('T#a'))],
    ['another attribute', 'UpdateItem', new UpdateItemCommand(update('U#a', secretly))],
    [
      'another attribute in a condition',
      'UpdateItem',
      new UpdateItemCommand(update('U#a', { ConditionExpression: 'secret = :x' })),
    ],
    ['all that was there', 'UpdateItem', new UpdateItemCommand(update('U#a', { ReturnValues: 'ALL_OLD' }))],
    [
      'all that is there when the condition fails',
      'UpdateItem',
      new UpdateItemCommand(
        update('U#a', {
          ConditionExpression: 'attribute_exists(item)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ],
    ['an item with another attribute', 'PutItem', new PutItemCommand(put('U#b', { secret: { S: 'x' } }))],
    ['what was in its place', 'PutItem', new PutItemCommand({ ...put('U#b'), ReturnValues: 'ALL_OLD' })],
    ['a whole item', 'GetItem', new GetItemCommand(get('U#a', {}))],
    [
      'another attribute to read',
      'GetItem',
      new GetItemCommand(get('U#a', { ProjectionExpression: 'user_key, secret.a' })),
    ],
    ['whole items', 'BatchGetItem', new BatchGetItemCommand({ RequestItems: { sessions: { Keys: [key('U#a')] } } })],
    [
      'one partition of several',
      'BatchWriteItem',
      new BatchWriteItemCommand({
        RequestItems: { sessions: [{ PutRequest: { Item: key('U#c') } }, { DeleteRequest: { Key: key('T#c') } }] },
      }),
    ],
    ['a query of whole items', 'Query', new QueryCommand(query({}))],
    ['a query by another attribute', 'Query', new QueryCommand(query({ ...NAMES, FilterExpression: 'secret = :x' }))],
    [
      'a count by another attribute',
      'Query',
      new QueryCommand(query({ Select: 'COUNT', FilterExpression: 'secret = :x' })),
    ],
    ['a scan of whole items', 'Scan', new ScanCommand({ TableName })],
    [
      'one item of a transaction',
      'UpdateItem',
      transact({ Update: update('U#a') }, { Update: update('V#a', secretly) }),
    ],
    [
      'a read of a transaction',
      'GetItem',
      new TransactGetItemsCommand({ TransactItems: [{ Get: get('U#a') }, { Get: get('U#b', {}) }] }),
    ],
    [
      'items of a transaction that two statements allow, and none together',
      'PutItem',
      transact({ Put: put('U#a') }, { Put: put('W#a', { secret: { S: 'x' } }) }),
    ],
    [
      'what an item of a transaction was when its condition fails',
      'ConditionCheckItem',
      transact({
        ConditionCheck: {
          TableName,
          Key: key('U#a'),
          ConditionExpression: 'attribute_exists(item)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      }),
    ],
  ])('is refused %s', async (_, action, command) => {
    const resource = `arn:aws:dynamodb:${REGION}:000000000000:table/sessions`;
    expect(await refusal('limited', command)).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/limited/me is not authorized to perform: dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`,
    );
  });

  it.each<[string, unknown]>([
    ['legacy parameters', new GetItemCommand({ ...get('U#a', {}), AttributesToGet: ['version'] })],
    ['an index', new QueryCommand(query({ ...NAMES, IndexName: 'by-name' }))],
    ['a query whose partition is not told', new QueryCommand({ ...query(NAMES), KeyConditionExpression: '#n = :x' })],
    [
      'an expression that is not understood',
      new GetItemCommand(get('U#a', { ProjectionExpression: 'user_key; secret' })),
    ],
  ])('is not judged with %s, nor let through', async (_, command) => {
    await expect(clients.limited?.send(command as Command)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a table under a key of its own', () => {
  it.each<[string, unknown]>([
    ['read', new GetItemCommand(get('U#a'))],
    ['written', new PutItemCommand(put('U#a'))],
    ['written in a transaction', transact({ Put: put('U#a') })],
  ])('is %s by those alone who may use the key through DynamoDB', async (_, command) => {
    expect(await refusal('keyless', command)).toContain(
      'is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:',
    );
    expect(await refusal('free', command)).toBeUndefined();
  });

  it('does not let the same role decrypt by itself', async () => {
    const config = await as('worker');
    const { CiphertextBlob } = await new KMSClient(config).send(
      new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256' }),
    );
    const decrypting = new KMSClient(await as('free')).send(new DecryptCommand({ CiphertextBlob }));
    await expect(decrypting).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    await new KMSClient(developer).send(new DecryptCommand({ CiphertextBlob }));
  });
});

it('a transaction says which operation its items are of', async () => {
  expect(await refusal('alone', new UpdateItemCommand(update('U#a')))).toBeUndefined();
  expect(await refusal('alone', transact({ Update: update('U#a') }))).toContain('dynamodb:UpdateItem');
});

describe('other services', () => {
  it('refuse a role by action and resource, in their own words', async () => {
    const config = await as('worker');
    const send = (name: string) =>
      new SQSClient(config).send(
        new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/${name}`, MessageBody: 'x' }),
      );
    await send('events');
    await expect(send('other')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:'),
      $metadata: { httpStatusCode: 403 },
    });
    const secret = (SecretId: string) => new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId }));
    await expect(secret('client')).rejects.toMatchObject({ name: 'ResourceNotFoundException' }); // allowed, and there is none yet
    await expect(secret('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const invoke = (FunctionName: string) => new LambdaClient(config).send(new InvokeCommand({ FunctionName }));
    expect((await invoke('echo:live')).StatusCode).toBe(200);
    await expect(invoke('echo')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('let a role assume whom it may, and everybody ask who they are', async () => {
    const config = await as('worker');
    const other = await as('arn:aws:iam::210987654321:role/data', config);
    // What that one may says its own account.
    await new SQSClient(other).send(
      new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/other`, MessageBody: 'x' }),
    );
    await expect(as('free', config)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const nobody = await as('nobody');
    expect((await new STSClient(nobody).send(new GetCallerIdentityCommand({}))).Arn).toContain(
      'assumed-role/nobody/me',
    );
    await expect(new DynamoDBClient(nobody).send(new GetItemCommand(get('U#a')))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
