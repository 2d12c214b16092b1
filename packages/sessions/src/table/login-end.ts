import { epochSeconds, type Login } from '@cloakroom/core';
import { ABSENT, TTL_BELOW } from './conditions.ts';
import { endedKey } from './item-key.ts';
import { getItem, type SessionTable, toItem } from './table.ts';
import { putItem } from './write-item.ts';

/** A marker is renewed at most this often. */
const RENEWAL_SECONDS = 24 * 60 * 60;

/**
 * Whether the login has ended: one strongly consistent GetItem. An end marker counts as long as it is there, whatever it holds.
 *
 * Asking renews the marker, at most once a day. Some logins are refreshed for longer than they should last, and the marker must
 * outlive them. The put also restores a marker that DynamoDB deletes at that moment.
 */
export async function hasLoginEnded(
  table: SessionTable,
  { user, loginId }: Pick<Login, 'user' | 'loginId'>,
): Promise<boolean> {
  const { loginMaxLifetimeSeconds } = table;
  const key = endedKey(user, loginId);
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
