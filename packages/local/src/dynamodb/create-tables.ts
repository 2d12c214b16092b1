import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { createJsonClient, type JsonClient, ServiceError } from '../base/json-client.ts';
import type { ResolvedResource, ResolvedStack } from '../stack/resolved-stack.ts';
import { parseTable, type TableDefinition } from './table-definition.ts';

/** A client of DynamoDB Local. */
export function dynamoDbClient(origin: string, region: string): JsonClient {
  return createJsonClient({ origin, region, targetPrefix: 'DynamoDB_20120810' });
}

/**
 * Makes the tables of the stack; those that are there already keep their items, and get the stream and the TTL of the stack.
 *
 * @throws StackError when a table is there with other keys: it would have to be made anew
 */
export async function createTables(stack: ResolvedStack, dynamodb: JsonClient): Promise<void> {
  const tables = stack.list('aws_dynamodb_table').map((resource) => ({ resource, table: parseTable(resource) }));
  await Promise.all(
    tables.map(async ({ resource, table }) => {
      await createTable(table, resource, dynamodb);
      await setTimeToLive(table, dynamodb);
    }),
  );
}

/** The names of the key attributes of each table of the stack. */
export function tableKeys(stack: ResolvedStack): (table: string) => readonly string[] | undefined {
  const tables = stack.list('aws_dynamodb_table').map((resource) => parseTable(resource).request);
  const keys = tables.map(
    ({ TableName, KeySchema }) => [TableName, KeySchema.map((key) => key.AttributeName)] as const,
  );
  const byName = new Map(keys);
  return (table) => byName.get(table);
}

/** The customer's key of each table of the stack that has one. */
export function tableKmsKeys(stack: ResolvedStack): (table: string) => string | undefined {
  const tables = stack.list('aws_dynamodb_table').map(parseTable);
  const byName = new Map(tables.map(({ request, kmsKeyArn }) => [request.TableName, kmsKeyArn]));
  return (table) => byName.get(table);
}

async function createTable(table: TableDefinition, resource: ResolvedResource, dynamodb: JsonClient): Promise<void> {
  try {
    await dynamodb.call('CreateTable', { ...table.request });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceInUseException') throw error;
    await adopt(table, resource, dynamodb);
  }
}

const describedSchema = v.object({
  Table: v.object({
    KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.string() })),
    StreamSpecification: v.optional(v.object({ StreamEnabled: v.boolean(), StreamViewType: v.optional(v.string()) })),
  }),
});

async function adopt(table: TableDefinition, resource: ResolvedResource, dynamodb: JsonClient): Promise<void> {
  const { TableName, KeySchema, StreamSpecification: wanted } = table.request;
  const { Table } = v.parse(describedSchema, await dynamodb.call('DescribeTable', { TableName }));
  if (keysOf(Table.KeySchema) !== keysOf(KeySchema)) {
    throw new StackError(`resource.${resource.address}`, 'the table was made with other keys: start with --fresh');
  }
  const found = Table.StreamSpecification;
  if (found?.StreamEnabled === wanted.StreamEnabled && found.StreamViewType === wanted.StreamViewType) return;
  if (found?.StreamEnabled === true) {
    await dynamodb.call('UpdateTable', { TableName, StreamSpecification: { StreamEnabled: false } });
  }
  if (wanted.StreamEnabled) await dynamodb.call('UpdateTable', { TableName, StreamSpecification: wanted });
}

function keysOf(schema: readonly { AttributeName: string; KeyType: string }[]): string {
  return schema.map(({ AttributeName, KeyType }) => `${KeyType}=${AttributeName}`).join(' ');
}

const timeToLiveSchema = v.object({
  TimeToLiveDescription: v.object({ TimeToLiveStatus: v.string(), AttributeName: v.optional(v.string()) }),
});

/** DynamoDB refuses to enable what is enabled, so it is asked first. */
async function setTimeToLive(table: TableDefinition, dynamodb: JsonClient): Promise<void> {
  const { TableName } = table.request;
  const { TimeToLiveDescription: found } = v.parse(
    timeToLiveSchema,
    await dynamodb.call('DescribeTimeToLive', { TableName }),
  );
  const current = found.TimeToLiveStatus === 'ENABLED' ? found.AttributeName : undefined;
  if (current === table.ttlAttribute) return;
  const specify = (AttributeName: string, Enabled: boolean) =>
    dynamodb.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { AttributeName, Enabled } });
  if (current !== undefined) await specify(current, false);
  if (table.ttlAttribute !== undefined) await specify(table.ttlAttribute, true);
}
