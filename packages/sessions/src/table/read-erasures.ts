import { setTimeout } from 'node:timers/promises';
import { DependencyUnavailableError, type DynamoDbWrites } from '@cloakroom/aws';
import { fullJitterMs, type User, userKey } from '@cloakroom/core';
import { userRecordKey } from './item-key.ts';
import { parseUserRecord, USER_ATTRIBUTES } from './session-item.ts';
import { type Item, projectionOf, toItem, toPlain } from './table.ts';

/** The most that one BatchGetItem takes. */
const KEYS_PER_REQUEST = 100;
/** DynamoDB may leave keys out when it throttles, and wants to be asked for them again after a while. */
const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 500;
const PROJECTION = projectionOf(USER_ATTRIBUTES);

interface Table {
  readonly items: Pick<DynamoDbWrites, 'batchGetItem'>;
  /** Its name. */
  readonly table: string;
}

/**
 * Reads when these users were last erased: strongly consistent, each user once, 100 of them in one BatchGetItem.
 *
 * What it returns tells the time of one of them in epoch seconds; undefined if never, or if the mark itself is gone by now. Nothing
 * that is dated until then may be written again. It throws StoredItemError when what is kept of that user is malformed, and
 * DependencyUnavailableError when DynamoDB has left that user out to the last.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function readErasures(
  table: Table,
  users: readonly User[],
  sleep: (ms: number) => Promise<unknown> = setTimeout,
): Promise<(user: User) => number | undefined> {
  const found = new Map<string | undefined, Item>();
  let missing = [...new Map(users.map((user) => [userKey(user), toItem(userRecordKey(user))])).values()];
  for (let attempt = 1; missing.length > 0 && attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 1) {
      await sleep(fullJitterMs({ baseMs: FIRST_WAIT_MS, maxMs: MAX_WAIT_MS, attempt, random: Math.random }));
    }
    const { items, leftOut } = await readItems(table, missing);
    for (const item of items) found.set(item.user_key?.S, item);
    missing = leftOut;
  }
  const unread = new Set(missing.map(({ user_key }) => user_key?.S));
  return (user) => {
    const key = userKey(user);
    if (unread.has(key)) throw new DependencyUnavailableError('DynamoDBClient', { cause: new Error('key left out') });
    const item = found.get(key);
    return item === undefined ? undefined : parseUserRecord(toPlain(item)).erasedAt;
  };
}

async function readItems({ items: dynamodb, table }: Table, keys: readonly Item[]) {
  const items: Item[] = [];
  const leftOut: Item[] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_REQUEST) {
    const Keys = keys.slice(at, at + KEYS_PER_REQUEST);
    const RequestItems = { [table]: { ...PROJECTION, Keys, ConsistentRead: true } };
    const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.batchGetItem({ RequestItems });
    items.push(...Object.values(Responses).flat());
    leftOut.push(...Object.values(UnprocessedKeys).flatMap((rest) => rest.Keys ?? []));
  }
  return { items, leftOut };
}
