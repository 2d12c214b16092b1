import { epochSeconds, type Login, settleAll } from '@cloakroom/core';
import { ABSENT, TTL_BELOW } from './conditions.ts';
import { burntKey, endedKey, type ItemKey } from './item-key.ts';
import { getItem, type SessionTable, toItem } from './table.ts';
import { putItem } from './write-item.ts';

/** A mark is renewed at most this often. */
const RENEWAL_SECONDS = 24 * 60 * 60;

/** What keeps a login out, whatever else is known of it. */
export interface LoginMarks {
  readonly hasEnded: boolean;
  /** The session at the provider that the login belongs to. */
  readonly isBurnt: boolean;
}

/**
 * Whether the login has ended, and whether its provider session is burnt: one strongly consistent GetItem for each, the second only
 * where the login is known by its `sid`. A mark counts as long as it is there, whatever it holds.
 */
export async function readLoginMarks(
  table: SessionTable,
  { user, loginId, sidHash }: Pick<Login, 'user' | 'loginId' | 'sidHash'>,
): Promise<LoginMarks> {
  const [hasEnded = true, isBurnt = true] = await settleAll([
    isMarked(table, endedKey(user, loginId)),
    sidHash === undefined ? Promise.resolve(false) : isMarked(table, burntKey(user, sidHash)),
  ]);
  return { hasEnded, isBurnt };
}

/**
 * Asking renews the mark, at most once a day. Some logins are refreshed for longer than they should last, and the mark must
 * outlive them. The put also restores a mark that DynamoDB deletes at that moment.
 */
async function isMarked(table: SessionTable, key: ItemKey): Promise<boolean> {
  const { loginMaxLifetimeSeconds } = table;
  const mark = await getItem(table, key);
  if (mark === undefined) return false;
  const ttl = epochSeconds(table.nowMs()) + loginMaxLifetimeSeconds;
  if (Number(mark.ttl) >= ttl - Math.min(RENEWAL_SECONDS, loginMaxLifetimeSeconds / 2)) return true;
  await putItem(table, {
    Item: toItem({ ...mark, ...key, ttl }),
    ConditionExpression: `${ABSENT} OR ${TTL_BELOW}`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':ttl': ttl }),
  });
  return true;
}
