import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { WEB_AS_LISTED } from './conditions.ts';
import { webKey } from './item-key.ts';
import { keyItem, toItem } from './table.ts';

/** All that the item of a web session has while it is active, but for its key and its TTL. */
export const WEB_CONTENT: readonly string[] = [
  'prefix',
  'owner',
  'id',
  'created_at',
  'idle_expires_at',
  'absolute_expires_at',
  'cookie',
  'keys',
];

/** What is left of an ended one: its key, its TTL and when it ended. So no late writer takes it for one that is to be made. */
const REMOVED = `REMOVE ${WEB_CONTENT.map((name) => `#${name}`).join(', ')}`;
const REMOVED_NAMES = Object.fromEntries(WEB_CONTENT.map((name) => [`#${name}`, name]));

interface EndingWebSession {
  readonly hash: string;
  /** Of the user's entry. */
  readonly id: string;
  readonly nowMs: number;
  /** Epoch seconds, for an item that has none. */
  readonly ttl: number;
}

/** The write that ends the item of a user's web session. It fails where that has ended, or has become somebody else's. */
export function webEndWrite(
  TableName: string,
  { hash, id, nowMs, ttl }: EndingWebSession,
): Required<Pick<TransactWriteItem, 'Update'>> {
  return {
    Update: {
      TableName,
      Key: keyItem(webKey(hash)),
      UpdateExpression: `SET ended_at = :now_ms, #ttl = if_not_exists(#ttl, :ttl) ${REMOVED}`,
      ConditionExpression: WEB_AS_LISTED,
      ExpressionAttributeNames: { ...REMOVED_NAMES, '#ttl': 'ttl' },
      ExpressionAttributeValues: toItem({ ':id': id, ':now_ms': nowMs, ':ttl': ttl }),
    },
  };
}
