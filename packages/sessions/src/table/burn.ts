import { epochSeconds, type User } from '@cloakroom/core';
import { NOT_BURNT, PRESENT, TTL_BELOW } from './conditions.ts';
import { burntKey, endedKey } from './item-key.ts';
import { getRawItem, projectionOf, type SessionTable, toItem } from './table.ts';
import { updateItem } from './write-item.ts';

/** One session at the provider, as a session of ours or its end marker names it. */
interface ProviderSession {
  readonly user: User;
  /** Without one there is nothing to burn. */
  readonly sidHash?: string | undefined;
  readonly authTime: number;
}

/**
 * Burns a session at the provider: no login of it opens anything any more, through whatever client. Doing so twice changes nothing
 * but how long the mark is kept, which is as long as an end marker. True when that is done, undefined when a transaction was in the
 * way.
 */
export async function tryToBurn(table: SessionTable, session: ProviderSession): Promise<true | undefined> {
  const { user, sidHash, authTime } = session;
  if (sidHash === undefined) return true;
  const now = epochSeconds(table.nowMs());
  const outcome = await updateItem(table, {
    Key: toItem(burntKey(user, sidHash)),
    UpdateExpression: 'SET burnt_at = if_not_exists(burnt_at, :now), #ttl = :ttl',
    ConditionExpression: TTL_BELOW,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':now': now, ':ttl': Math.max(authTime, now) + table.loginMaxLifetimeSeconds }),
  });
  if (outcome !== 'lost_race') return true;
  // Reads go on. Without this one, a revocation that has burnt would have to win that race again each time that it loses the next.
  return (await isBurnt(table, user, sidHash)) || undefined;
}

/** Whether the provider session is burnt. The mark counts, whatever it holds. */
export async function isBurnt(table: SessionTable, user: User, sidHash: string): Promise<boolean> {
  return (await getRawItem(table, burntKey(user, sidHash), projectionOf(['user_key']))) !== undefined;
}

/** What an end marker tells about burning. All else in it may be malformed. */
const BURNING = projectionOf(['user_key', 'sid_hash', 'burnt_at', 'auth_time']);

/**
 * Burns for a session that had ended by itself, once. A second time changes nothing: whoever holds an old session could otherwise
 * keep its owner out. `unknown`: there is no end marker. Undefined when a transaction was in the way.
 */
export async function tryToBurnEnded(
  table: SessionTable,
  { user, id }: { readonly user: User; readonly id: string },
): Promise<'already' | 'unknown' | undefined> {
  const key = endedKey(user, id);
  const marker = await getRawItem(table, key, BURNING);
  if (marker === undefined) return 'unknown';
  const { sid_hash, burnt_at, auth_time } = marker;
  if (sid_hash?.S === undefined || burnt_at !== undefined) return 'already';
  const isBurnt = await tryToBurn(table, { user, sidHash: sid_hash.S, authTime: Number(auth_time?.N ?? 0) });
  if (isBurnt === undefined) return undefined;
  const outcome = await updateItem(table, {
    Key: toItem(key),
    UpdateExpression: 'SET burnt_at = :now',
    ConditionExpression: `${PRESENT} AND ${NOT_BURNT}`,
    ExpressionAttributeValues: toItem({ ':now': epochSeconds(table.nowMs()) }),
  });
  return outcome === 'lost_race' ? undefined : 'already';
}
