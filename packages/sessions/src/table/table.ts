import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDbItems } from '@cloakroom/aws';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import type { NowMs } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { Lifetimes } from '../model/lifetime.ts';
import type { ItemKey } from './item-key.ts';
import type { RaceTiming } from './lost-races.ts';

/** The sessions table, as what reads it takes it. */
export interface ReadTable {
  readonly items: DynamoDbItems;
  /** Its name. */
  readonly table: string;
}

/** What the operations on the sessions table need. */
export interface SessionTable extends ReadTable, Lifetimes {
  readonly dynamodb: DynamoDb;
  readonly nowMs: NowMs;
  readonly races: RaceTiming;
}

/**
 * One strongly consistent read; of these attributes alone where they are named. A failure is thrown: undefined means that there is
 * no such item.
 */
export async function getItem(
  table: ReadTable,
  key: ItemKey,
  projection: Partial<Projection> = {},
): Promise<Record<string, unknown> | undefined> {
  const item = await getRawItem(table, key, projection);
  return item === undefined ? undefined : toPlain(item);
}

/** The same, as the API carries it: for an item that may have no plain values. */
export async function getRawItem(
  { items, table }: ReadTable,
  key: ItemKey,
  projection: Partial<Projection> = {},
): Promise<Item | undefined> {
  const { Item } = await items.getItem({ TableName: table, Key: keyItem(key), ConsistentRead: true, ...projection });
  return Item;
}

/** All items of a strongly consistent Query, which takes one request for each MB. */
export async function queryToEnd(
  { items, table }: ReadTable,
  query: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead' | 'ExclusiveStartKey'>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await items.query({ TableName: table, ConsistentRead: true, ...query, ExclusiveStartKey: from });
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}

/** The part of a read that names the attributes that it asks for. */
export type Projection = ReturnType<typeof projectionOf>;

/**
 * Asks for these attributes alone. One that may be a reserved word is named `#<attribute>`, as other expressions of the request can
 * name it too. No reserved word has an underscore; naming all would make most of a request, which is hashed and sent each time.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
 */
export function projectionOf(attributes: readonly string[]) {
  const isPlain = (attribute: string) => attribute.includes('_');
  const named = attributes.filter((attribute) => !isPlain(attribute));
  return {
    ProjectionExpression: attributes.map((name) => (isPlain(name) ? name : `#${name}`)).join(', '),
    // DynamoDB wants none rather than an empty one.
    ...(named.length === 0
      ? {}
      : { ExpressionAttributeNames: Object.fromEntries(named.map((name) => [`#${name}`, name])) }),
  };
}

/** An item as the API carries it. */
export type Item = Record<string, AttributeValue>;
/** An item of which some attributes may be missing. */
export type Attributes = Readonly<Record<string, Item[string] | undefined>>;

/**
 * The item with plain values.
 *
 * @throws StoredItemError for an item that has none, such as a number with too many digits
 */
export function toPlain(item: Item): Record<string, unknown> {
  try {
    return unmarshall(item);
  } catch (error) {
    const [kind = ''] = (item.item?.S ?? '').split('#');
    throw new StoredItemError(kind, 'item', { cause: error });
  }
}

/** The key as the API takes it. */
export function keyItem({ user_key, item }: ItemKey): Item {
  return { user_key: { S: user_key }, item: { S: item } };
}

/** Absent values are left out. */
export function toItem(plain: object): Item {
  return marshall(plain, { removeUndefinedValues: true });
}
