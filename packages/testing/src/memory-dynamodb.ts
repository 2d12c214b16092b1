import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type QueryCommandInput,
  type ScanCommandInput,
  TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { holds, type Item, type Scope, updated } from './expressions.ts';

/** An input of any of the operations, as far as they share their fields. */
interface Input {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
}

type Write = readonly [operation: string, input: Input];

const KEY = ['user_key', 'item'] as const;

/**
 * One sessions table in memory, for tests that need millions of operations or an exact order of them. Each `send` is one
 * atomic step, strongly consistent, and never fails but by its condition. It knows the operations and the part of the
 * expression grammar that our stores use, and throws at everything else. It has no 1 MB pages, no size limits, no TTL,
 * no throttling and no transaction conflicts: the tests of a store say on which of the two they run, and the same suite
 * of tests holds it to DynamoDB Local.
 */
export function memoryDynamoDb(): Pick<DynamoDBClient, 'send'> {
  const table = new Map<string, Item>();
  const operations: Readonly<Record<string, (input: Input) => object>> = {
    GetItemCommand: ({ Key = {} }) => ({ Item: structuredClone(table.get(keyOf(Key))) }),
    QueryCommand: (input) => page(table, input as QueryCommandInput),
    ScanCommand: (input) => page(table, input as ScanCommandInput),
    PutItemCommand: (input) => one(table, ['Put', input]),
    UpdateItemCommand: (input) => one(table, ['Update', input]),
    DeleteItemCommand: (input) => one(table, ['Delete', input]),
    TransactWriteItemsCommand: (input) => all(table, (input as { TransactItems: TransactWriteItem[] }).TransactItems),
  };
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => {
    const operation = operations[name];
    if (operation === undefined) throw new Error(`the table in memory knows no ${name}`);
    return operation(input);
  };
  return { send } as unknown as Pick<DynamoDBClient, 'send'>;
}

function keyOf(key: Item): string {
  return KEY.map((name) => key[name]?.S).join('\n');
}

function keyPart(item: Item): Item {
  return Object.fromEntries(KEY.map((name) => [name, item[name] ?? { S: '' }]));
}

function scopeOf(item: Item | undefined, input: Input): Scope {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  return { item: item ?? {}, names, values };
}

function one(table: Map<string, Item>, write: Write): object {
  if (!isAllowed(table, write)) {
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }
  apply(table, write);
  return {};
}

function all(table: Map<string, Item>, items: readonly TransactWriteItem[]): object {
  const writes = items.flatMap((item) => Object.entries(item) as unknown as Write[]);
  const keys = writes.map(([, { Key, Item }]) => keyOf(Key ?? Item ?? {}));
  if (writes.length > 100 || new Set(keys).size < keys.length) throw new Error('DynamoDB takes no such transaction');
  const allowed = writes.map((write) => isAllowed(table, write));
  if (allowed.includes(false)) {
    const CancellationReasons = allowed.map((isFine) => ({ Code: isFine ? 'None' : 'ConditionalCheckFailed' }));
    throw new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {}, CancellationReasons });
  }
  for (const write of writes) apply(table, write);
  return {};
}

function isAllowed(table: Map<string, Item>, [, input]: Write): boolean {
  return holds(input.ConditionExpression, scopeOf(table.get(keyOf(input.Key ?? input.Item ?? {})), input));
}

function apply(table: Map<string, Item>, [operation, input]: Write): void {
  const key = keyOf(input.Key ?? input.Item ?? {});
  if (operation === 'Put') table.set(key, structuredClone(input.Item ?? {}));
  if (operation === 'Delete') table.delete(key);
  if (operation !== 'Update') return;
  const before = table.get(key) ?? keyPart(input.Key ?? {});
  table.set(key, updated(input.UpdateExpression ?? '', scopeOf(before, input)));
}

/** The limit counts what is read, before the filter; a page that reaches it says where it ended, even at the very end. */
function page(table: Map<string, Item>, input: QueryCommandInput & ScanCommandInput): object {
  const start = input.ExclusiveStartKey === undefined ? '' : keyOf(input.ExclusiveStartKey);
  const keys = [...table.keys()].toSorted().filter((key) => key > start);
  const inRange = keys
    .map((key) => table.get(key) as Item)
    .filter((item) => holds(input.KeyConditionExpression, scopeOf(item, input as Input)));
  const read = inRange.slice(0, input.Limit);
  const last = read.length === input.Limit ? read.at(-1) : undefined;
  const found = read.filter((item) => holds(input.FilterExpression, scopeOf(item, input as Input)));
  const Items = found.map((item) => projected(item, input));
  return last === undefined ? { Items } : { Items, LastEvaluatedKey: keyPart(last) };
}

function projected(item: Item, { ProjectionExpression, ExpressionAttributeNames = {} }: QueryCommandInput): Item {
  if (ProjectionExpression === undefined) return structuredClone(item);
  const names = ProjectionExpression.split(',').map((name) => name.trim());
  const wanted = names.map((name) => ExpressionAttributeNames[name] ?? name);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.includes(name)));
}
