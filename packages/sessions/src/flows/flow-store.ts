import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { epochSeconds } from '@cloakroom/core';
import { isHashOf, secretHash } from '../model/secret-hash.ts';
import { ABSENT } from '../table/conditions.ts';
import { getItem, type SessionTable, toItem, toPlain } from '../table/table.ts';
import { type Flow, flowKey, formatFlow, type NewFlow, parseFlow } from './flow.ts';

/** A form at the provider lives half an hour at most; a person may need two. */
const LIFETIME_SECONDS = 60 * 60;
/** A browser repeats a callback when it reloads, preloads or restores a tab. */
const REPEATS_SECONDS = 60;

/** What a browser brings back: the flow's name, and the secret that only it has. */
export interface FlowCookie {
  readonly state: string;
  readonly secret: string;
}

/**
 * `first`: the one time that the flow may be acted on. `repeated`: it was done just now, in the same browser. `lost`: there is no such
 * flow, it is over, or it belongs to another browser.
 */
export type FlowEnd =
  | {
      readonly outcome: 'first' | 'repeated';
      readonly flow: Flow;
      /** Epoch seconds. */
      readonly startedAt: number;
    }
  | { readonly outcome: 'lost' };

/** Browsers on their way to a provider, each in a partition of its own. A failure of the table is thrown, and never taken for `lost`. */
export interface FlowStore {
  /** One PutItem. @throws Error when there is one of that state already */
  begin(flow: NewFlow): Promise<void>;
  /** The flow, if it is under way and the cookie is its own. Changes nothing. One GetItem. */
  find(cookie: FlowCookie): Promise<Flow | undefined>;
  /** Marks the flow as done, once whoever asks. One UpdateItem; where that is refused, one GetItem. */
  finish(cookie: FlowCookie): Promise<FlowEnd>;
}

/** @throws StoredItemError by each operation, for an item that is not one of ours */
export function createFlowStore(options: Pick<SessionTable, 'dynamodb' | 'table' | 'nowMs'>): FlowStore {
  const table = { ...options, items: sdkItems(options.dynamodb) };
  const now = () => epochSeconds(table.nowMs());
  const read = async ({ state, secret }: FlowCookie) => {
    const item = await getItem(table, flowKey(state));
    const stored = item === undefined ? undefined : parseFlow(item);
    return stored !== undefined && isHashOf(secret, stored.cookieHash) ? stored : undefined;
  };
  return {
    async begin(flow) {
      const Item = toItem(formatFlow(flow, now(), now() + LIFETIME_SECONDS));
      await table.dynamodb.send(new PutItemCommand({ TableName: table.table, Item, ConditionExpression: ABSENT }));
    },
    async find(cookie) {
      const stored = await read(cookie);
      const isUnderWay = stored?.doneAt === undefined && now() < (stored?.startedAt ?? 0) + LIFETIME_SECONDS;
      return isUnderWay ? stored?.flow : undefined;
    },
    async finish(cookie) {
      const item = await markDone(table, cookie, now());
      if (item !== undefined) {
        const { flow, startedAt } = parseFlow(item);
        return { outcome: 'first', flow, startedAt };
      }
      const stored = await read(cookie);
      const isJustDone = stored?.doneAt !== undefined && now() < stored.doneAt + REPEATS_SECONDS;
      if (!isJustDone) return { outcome: 'lost' };
      return { outcome: 'repeated', flow: stored.flow, startedAt: stored.startedAt };
    },
  };
}

const UNDER_WAY = 'cookie_hash = :cookie_hash AND started_at > :oldest AND attribute_not_exists(done_at)';

/** The item, if it was not done before; undefined when a clause of the condition does not hold. */
async function markDone(
  { dynamodb, table }: Pick<SessionTable, 'dynamodb' | 'table'>,
  { state, secret }: FlowCookie,
  now: number,
): Promise<unknown> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toItem(flowKey(state)),
    UpdateExpression: 'SET done_at = :now, #ttl = :ttl',
    ConditionExpression: UNDER_WAY,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({
      ':now': now,
      ':ttl': now + REPEATS_SECONDS,
      ':cookie_hash': secretHash(secret),
      ':oldest': now - LIFETIME_SECONDS,
    }),
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes = {} } = await dynamodb.send(command);
    return toPlain(Attributes);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}
