import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SessionAddress } from '../model/session-id.ts';
import { assignments } from '../table/assignments.ts';
import { tokensKey } from '../table/item-key.ts';
import { type Item, type SessionTable, toItem, toPlain } from '../table/table.ts';
import { FREE_TOKENS, LEASED } from '../table/token-conditions.ts';
import { updateItem } from '../table/write-item.ts';
import { isWithoutTokens, parseTokenItem, type TokenItem } from './token-item.ts';

/** Longer than asking the provider twice and writing down its answer, and well under what a caller waits for. */
const LEASE_MS = 15_000;

/** A provider that has just failed is left alone so long: what waited for its answer gets the same. */
const REST_MS = 5000;

const LEASE_ENDS = { lease_id: undefined, lease_until_ms: undefined } as const;
/** The attributes of leases, taken away. */
export const NO_LEASE = { ...LEASE_ENDS, failed_at_ms: undefined } as const;

/** That nobody else asks the provider for new tokens of a session meanwhile, in whatever process. */
export interface Lease extends SessionAddress {
  readonly leaseId: string;
}

/**
 * `held`: somebody is about to refresh them. `none`: there are none, or the session has ended. `isAbandoned`: whoever had the lease
 * before never gave it back, and may have used the refresh token. `hasJustFailed`: whoever had it before got nothing from the provider.
 */
export type Leasing =
  | { readonly outcome: 'held' | 'none' }
  | {
      readonly outcome: 'taken';
      readonly lease: Lease;
      readonly item: TokenItem;
      readonly isAbandoned: boolean;
      readonly hasJustFailed: boolean;
    };

type Table = Pick<SessionTable, 'dynamodb' | 'table' | 'nowMs'>;

/** One conditional UpdateItem, which brings the sealed tokens. @throws StoredItemError */
export async function takeLease(table: Table, { user, id }: SessionAddress): Promise<Leasing> {
  const leaseId = randomUUID();
  const nowMs = table.nowMs();
  const { ExpressionAttributeValues, ...update } = assignments({ lease_id: leaseId, lease_until_ms: nowMs + LEASE_MS });
  const command = new UpdateItemCommand({
    TableName: table.table,
    Key: toItem(tokensKey(user, id)),
    ...update,
    ConditionExpression: FREE_TOKENS,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ':now_ms': nowMs }) },
    ReturnValues: 'ALL_OLD',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes = {} } = await table.dynamodb.send(command);
    return leaseOf(Attributes, { user, id, leaseId }, nowMs);
  } catch (error) {
    // A transaction holds the item: it ends the session, or writes down new tokens.
    if (error instanceof Error && error.name === 'TransactionConflictException') return { outcome: 'held' };
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The answer was lost, and the client has sent the request again. What stood there before it is not known: the worst is supposed.
    if (error.Item?.lease_id?.S === leaseId) return leaseOf(error.Item, { user, id, leaseId }, nowMs);
    return { outcome: isLeased(error.Item) ? 'held' : 'none' };
  }
}

/** @throws StoredItemError */
function leaseOf(before: Item, lease: Lease, nowMs: number): Leasing {
  return {
    outcome: 'taken',
    lease,
    item: parseTokenItem(lease, toPlain(before)),
    isAbandoned: before.lease_id !== undefined,
    hasJustFailed: nowMs < Number(before.failed_at_ms?.N ?? 0) + REST_MS,
  };
}

function isLeased(item: Item | undefined): boolean {
  return item !== undefined && !isWithoutTokens(toPlain(item));
}

/** What came of a lease that brought no new tokens. `unused`: the provider was not asked. `spent`: the tokens are of no use any more. */
export type LeaseEnd = 'unused' | 'failed' | 'spent';

/** Gives it back. Whoever has lost it changes nothing. One UpdateItem. */
export async function endLease(table: Table, { user, id, leaseId }: Lease, end: LeaseEnd): Promise<void> {
  const { ExpressionAttributeValues, ...update } = assignments({
    ...LEASE_ENDS,
    ...(end === 'unused' ? {} : { failed_at_ms: table.nowMs() }),
    ...(end === 'spent' ? { data_key: undefined, nonce: undefined, sealed: undefined } : {}),
  });
  await updateItem(table, {
    Key: toItem(tokensKey(user, id)),
    ...update,
    ConditionExpression: LEASED,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ':lease_id': leaseId }) },
  });
}
