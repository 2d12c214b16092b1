import * as v from 'valibot';
import { AwsError, validationError } from '../../base/aws-error.ts';
import type { KeysOf } from '../../dynamodb/ongoing-transactions.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsAccess, AwsRequest } from '../aws-service.ts';
import { inputOf } from '../json-protocol.ts';
import { contextsOf, readingOf, togetherOf } from './dynamodb-reading.ts';

/** What is known of the tables of the stack. */
export interface KnownTables {
  readonly keysOf: KeysOf;
  /** ARN of the customer's key that a table is encrypted with. */
  readonly kmsKeyOf: (table: string) => string | undefined;
}

const inTable = v.looseObject({ TableName: v.string() });
const batchSchema = v.object({ RequestItems: v.record(v.string(), v.unknown()) });
const writesSchema = v.array(v.record(v.string(), v.unknown()));
const streamSchema = v.object({ StreamArn: v.string() });

/** A transaction needs the action of each of its items; there is no action for the transaction. */
const ACTION_OF_ITEM = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
} as const;
const itemKinds = v.picklist(['ConditionCheck', 'Delete', 'Get', 'Put', 'Update']);
const transactionSchema = v.object({ TransactItems: v.array(v.record(itemKinds, inTable)) });
/** Operations on items. The others have no conditions, and need no key. */
const ON_ITEMS = /^(?:Transact(?:Get|Write)Items|Batch(?:Get|Write)Item|(?:Get|Put|Update|Delete)Item|Query|Scan)$/;

/**
 * The IAM actions and resources of a DynamoDB operation. Whoever reads or writes items of a table that is encrypted with a
 * customer's key does so by it: DynamoDB calls KMS in the caller's name.
 * PartiQL is refused: which items it touches stands in a statement that is not read here.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
export function dynamoDbAccesses(
  operation: string,
  request: Pick<AwsRequest, 'body' | 'region'>,
  tables: KnownTables,
): readonly AwsAccess[] {
  if (/Statement|ExecuteTransaction/.test(operation)) {
    throw new AwsError('UnknownOperationException', 'PartiQL is not run here');
  }
  const { region } = request;
  const accesses = tableAccesses(operation, request, tables);
  if (!ON_ITEMS.test(operation)) return accesses;
  const kmsKeys = new Set(accesses.map(({ resource }) => tables.kmsKeyOf(nameOf(resource))));
  return [...accesses, ...[...kmsKeys].flatMap((arn) => (arn === undefined ? [] : [throughDynamoDb(arn, region)]))];
}

function throughDynamoDb(resource: string, region: string): AwsAccess {
  const contexts = () => [{ 'kms:viaservice': [`dynamodb.${region}.amazonaws.com`] }];
  return { action: 'kms:Decrypt', resource, contexts };
}

function tableAccesses(
  operation: string,
  request: Pick<AwsRequest, 'body' | 'region'>,
  { keysOf }: KnownTables,
): readonly AwsAccess[] {
  const input = inputOf(request);
  const tableArn = (table: string) =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${request.region}:${LOCAL_ACCOUNT_ID}:table/${table}`;
  const action = `dynamodb:${operation}`;
  if (operation.startsWith('Transact')) {
    const items = itemsOf(input).map(([kind, of]) => ({ kind, of, resource: tableArn(of.TableName) }));
    return transactionAccesses(operation, items, keysOf);
  }
  if (v.is(batchSchema, input)) {
    return Object.entries(input.RequestItems).map(([table, part]) => ({
      action,
      resource: tableArn(table),
      contexts: () =>
        contextsOf(togetherOf(partsOf(part).map((one) => readingOf(operation, one, keysOf(nameOf(table)))))),
    }));
  }
  if (v.is(inTable, input)) {
    const resource = tableArn(input.TableName);
    if (!ON_ITEMS.test(operation)) return [{ action, resource }];
    return [{ action, resource, contexts: () => contextsOf(readingOf(operation, input, keysOf(nameOf(resource)))) }];
  }
  return [{ action, resource: v.is(streamSchema, input) ? input.StreamArn : '*' }];
}

interface TransactItem {
  readonly kind: keyof typeof ACTION_OF_ITEM;
  readonly of: object;
  /** ARN of the table. */
  readonly resource: string;
}

/**
 * AWS does not say whether it judges keys and attributes item by item, or those of all items together: here each item must be
 * allowed by itself, and all those with the same action on the same table together.
 */
function transactionAccesses(operation: string, items: readonly TransactItem[], keysOf: KeysOf): readonly AwsAccess[] {
  const reading = ({ kind, of, resource }: TransactItem) => readingOf(kind, of, keysOf(nameOf(resource)));
  return items.map((item) => {
    const { kind, resource } = item;
    const alike = items.filter((other) => other.kind === kind && other.resource === resource);
    return {
      action: `dynamodb:${ACTION_OF_ITEM[kind]}`,
      resource,
      contexts: () => [
        ...contextsOf(reading(item), operation),
        ...(alike[0] === item && alike.length > 1 ? contextsOf(togetherOf(alike.map(reading)), operation) : []),
      ],
    };
  });
}

/** The reads of a table are one part, its writes are a list. */
function partsOf(part: unknown): readonly unknown[] {
  if (!Array.isArray(part)) return [part];
  const writes = v.safeParse(writesSchema, part);
  if (!writes.success) throw validationError('RequestItems is not a list of known requests');
  return writes.output.flatMap((write) => Object.values(write));
}

function nameOf(tableOrArn: string): string {
  return tableOrArn.replace(/^arn:.*:table\//, '');
}

/** The items of a transaction by kind. @throws AwsError for anything whose actions cannot be told */
function itemsOf(input: unknown): [kind: keyof typeof ACTION_OF_ITEM, item: { TableName: string }][] {
  const result = v.safeParse(transactionSchema, input);
  if (!result.success) throw validationError('TransactItems is not a list of known items');
  return result.output.TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, of]): [keyof typeof ACTION_OF_ITEM, { TableName: string }] => [
      v.parse(itemKinds, kind),
      of,
    ]),
  );
}
