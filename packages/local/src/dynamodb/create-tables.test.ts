import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { testStack } from '../stack-fixture.ts';
import { createTables, dynamoDbClient } from './create-tables.ts';
import { fromDynamoDbLocal, toDynamoDbLocal } from './stream-arns.ts';

const dynamodb = dynamoDbClient(process.env.CLOAKROOM_TEST_DYNAMODB ?? '', 'eu-central-1');
const usual = {
  hash_key: 'id',
  attribute: { name: 'id', type: 'S' },
  ttl: [{ attribute_name: 'ttl', enabled: true }],
  stream_enabled: true,
  stream_view_type: 'NEW_IMAGE',
};

async function create(name: string, changes: object = {}): Promise<void> {
  const table = Object.fromEntries(
    Object.entries({ name, ...usual, ...changes }).filter(([, value]) => value !== undefined),
  );
  await createTables(testStack({ resource: { aws_dynamodb_table: { t: table } } }), dynamodb);
}
async function describeTable(TableName: string) {
  const { Table } = (await dynamodb.call('DescribeTable', { TableName })) as { Table: Record<string, unknown> };
  const ttl = (await dynamodb.call('DescribeTimeToLive', { TableName })) as { TimeToLiveDescription: object };
  return { stream: Table.StreamSpecification, keys: Table.KeySchema, ttl: ttl.TimeToLiveDescription };
}

describe('createTables', () => {
  it('keeps the items of a table that is there', async () => {
    const name = randomUUID();
    await create(name);
    await dynamodb.call('PutItem', { TableName: name, Item: { id: { S: 'kept' } } });
    await create(name);
    expect(await dynamodb.call('GetItem', { TableName: name, Key: { id: { S: 'kept' } } })).toEqual({
      Item: { id: { S: 'kept' } },
    });
  });

  it('gives a table that is there the stream and the TTL of the stack', async () => {
    const name = randomUUID();
    await create(name, { ttl: undefined, stream_enabled: undefined, stream_view_type: undefined });
    expect(await describeTable(name)).toMatchObject({ ttl: { TimeToLiveStatus: 'DISABLED' } });
    await create(name);
    expect(await describeTable(name)).toMatchObject({
      stream: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      ttl: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
    });
    await create(name, { ttl: { attribute_name: 'expires' }, stream_view_type: 'NEW_AND_OLD_IMAGES' });
    expect(await describeTable(name)).toMatchObject({
      stream: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      ttl: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
  });

  it('stops when the keys are others', async () => {
    const name = randomUUID();
    await create(name);
    await expect(create(name, { hash_key: 'other', attribute: { name: 'other', type: 'S' } })).rejects.toThrow(
      '--fresh',
    );
  });

  it.each(['global_secondary_index', 'local_secondary_index', 'replica'])('refuses %s', async (argument) => {
    await expect(create('t', { [argument]: [{ name: 'x' }] })).rejects.toThrow(argument);
  });

  it('names an argument that is not understood', async () => {
    await expect(create('t', { attribute: [{ name: 'id', type: 'X' }] })).rejects.toThrow(
      'aws_dynamodb_table.t.attribute',
    );
  });

  it('passes on what DynamoDB refuses', async () => {
    await expect(create('t', { attribute: [{ name: 'other', type: 'S' }] })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});

it('maps the region of stream ARNs both ways', () => {
  const real = '{"StreamArn":"arn:aws:dynamodb:eu-central-1:000000000000:table/t/stream/2026"}';
  const local = '{"StreamArn":"arn:aws:dynamodb:ddblocal:000000000000:table/t/stream/2026"}';
  expect(fromDynamoDbLocal(local, 'eu-central-1')).toBe(real);
  expect(toDynamoDbLocal(real, 'eu-central-1')).toBe(local);
});
