import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTestTable, fakeAwsError, fakeAwsSuccess, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AppDynamoDb, givenDynamoDb, standardDynamoDb } from './app-dynamodb.ts';
import { OLD, REGION, sessionBench } from './session-fixture.ts';

const bench = sessionBench();
const READ = { TableName: 'sessions', Key: { user_key: { S: 'U#a#b' } } };
const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_CONFIG_FILE'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** The ways of an app to its table, as it would have them. */
const WAYS: { readonly way: string; open(): AppDynamoDb }[] = [
  {
    way: 'the standard chains',
    open() {
      process.env.AWS_ACCESS_KEY_ID = OLD.accessKeyId;
      process.env.AWS_SECRET_ACCESS_KEY = OLD.secretAccessKey;
      return standardDynamoDb({ region: REGION, telemetry: recordTelemetry() });
    },
  },
  { way: "the app's client", open: () => givenDynamoDb(new DynamoDBClient({ region: REGION, credentials: OLD })) },
];

describe.each(WAYS)('DynamoDB by $way', ({ open }) => {
  it('reads, changes, lists, transacts and scans', async () => {
    process.env.AWS_ENDPOINT_URL = process.env.CLOAKROOM_TEST_DYNAMODB;
    const TableName = await createTestTable(testDynamoDb(), 'sessions');
    const dynamodb = open();
    const [one = {}, two = {}] = ['one', 'two'].map((item) => ({ user_key: { S: 'U#a#b' }, item: { S: item } }));
    const update = {
      TableName,
      Key: one,
      UpdateExpression: 'SET held = :new',
      ExpressionAttributeValues: { ':new': { S: 'x' } },
    };
    await dynamodb.updateItem(update);
    const again = await dynamodb.updateItem({ ...update, ReturnValues: 'UPDATED_OLD' });
    expect(again.Attributes).toEqual({ held: { S: 'x' } });
    await dynamodb.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: two } }] });
    expect((await dynamodb.getItem({ TableName, Key: one })).Item).toEqual({ ...one, held: { S: 'x' } });
    const query = {
      TableName,
      KeyConditionExpression: 'user_key = :user',
      ExpressionAttributeValues: { ':user': { S: 'U#a#b' } },
    };
    expect((await dynamodb.query(query)).Items).toHaveLength(2);
    expect((await dynamodb.scan({ TableName })).Items).toHaveLength(2);
    const ConditionExpression = 'attribute_not_exists(held)';
    await expect(dynamodb.updateItem({ ...update, ConditionExpression })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const check = { ConditionCheck: { TableName, Key: one, ConditionExpression } };
    await expect(dynamodb.transactWriteItems({ TransactItems: [check] })).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    });
  });

  it.each([
    ['a throttle', () => fakeAwsError('dynamodb', 'ThrottlingException'), 'DependencyUnavailableError'],
    ['a connection that breaks', () => 'reset' as const, 'DependencyUnavailableError'],
    ['no table', () => fakeAwsError('dynamodb', 'ResourceNotFoundException'), 'MissingTableError'],
    ['a dead credential', () => fakeAwsError('dynamodb', 'ExpiredTokenException'), 'CredentialsRefusedError'],
    ['a missing right', () => fakeAwsError('dynamodb', 'AccessDeniedException'), 'AccessDeniedException'],
  ])('tells of %s by the same name', async (_, answer, name) => {
    bench.fake.answer(answer);
    const error = await open()
      .getItem(READ)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name });
    if (name === 'MissingTableError') expect(error).toMatchObject({ tables: ['sessions'], region: REGION });
  });
});

describe('DynamoDB by the standard chains', () => {
  it('is asked for nothing when it is made, whatever is wrong, and opens as soon as that is mended', async () => {
    delete process.env.AWS_REGION;
    process.env.AWS_CONFIG_FILE = '/nowhere';
    bench.fake.answer(fakeAwsSuccess);
    const dynamodb = standardDynamoDb({ telemetry: recordTelemetry() });
    await expect(dynamodb.getItem(READ)).rejects.toMatchObject({ name: 'ConfigurationError' });
    process.env.AWS_REGION = REGION;
    process.env.AWS_ACCESS_KEY_ID = OLD.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = OLD.secretAccessKey;
    process.env.AWS_ENDPOINT_URL = 'nonsense';
    await expect(dynamodb.getItem(READ)).rejects.toMatchObject({ name: 'ConfigurationError' });
    expect(bench.fake.requests).toEqual([]);
    process.env.AWS_ENDPOINT_URL = bench.fake.url;
    await dynamodb.getItem(READ);
    expect(bench.fake.requests).toHaveLength(1);
  });

  it('is opened once by requests at the same time', async () => {
    bench.fake.answer(fakeAwsSuccess);
    const telemetry = recordTelemetry();
    process.env.AWS_ACCESS_KEY_ID = OLD.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = OLD.secretAccessKey;
    const dynamodb = standardDynamoDb({ region: REGION, telemetry });
    await Promise.all([dynamodb.getItem(READ), dynamodb.query(READ), dynamodb.scan(READ)]);
    expect(telemetry.lines.filter(({ code }) => code === 'aws.client.created')).toHaveLength(1);
  });
});

it("names a missing table's region as the given client has it, and says so where that has none", async () => {
  bench.fake.answer(() => fakeAwsError('dynamodb', 'ResourceNotFoundException'));
  const missing = Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
  const client = { send: () => Promise.reject(missing) };
  await expect(givenDynamoDb(client).getItem(READ)).rejects.toThrow('no table sessions in region of the given client');
});
