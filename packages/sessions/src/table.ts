import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AwsSession } from '@cloakroom/aws';
import type { NowMs } from '@cloakroom/core';
import type { ItemKey } from './item-key.ts';
import type { IdlePolicy } from './lifetime.ts';
import type { RaceTiming } from './lost-races.ts';

/** What the operations on the sessions table need. */
export interface SessionTable {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  readonly table: string;
  readonly nowMs: NowMs;
  readonly idle: IdlePolicy;
  readonly races: RaceTiming;
}

/** One strongly consistent read. A failure is thrown: undefined means that there is no such item. */
export async function getItem(
  { dynamodb, table }: Pick<SessionTable, 'dynamodb' | 'table'>,
  key: ItemKey,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: toItem(key), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : toPlain(Item);
}

/** An item as the API carries it. */
type Item = Record<string, AttributeValue>;

/** The item with plain values. */
export function toPlain(item: Item): Record<string, unknown> {
  return unmarshall(item);
}

/** Absent values are left out. */
export function toItem(plain: object): Item {
  return marshall(plain, { removeUndefinedValues: true });
}
