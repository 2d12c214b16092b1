import { epochSeconds, type User } from '@cloakroom/core';
import type { ListedSession } from '../model/session.ts';
import { NOT_BURNT, PRESENT, TTL_BELOW } from './conditions.ts';
import { burntKey, endedKey, userRecordKey } from './item-key.ts';
import { NEXT_VERSION } from './next-version.ts';
import { getRawItem, projectionOf, type ReadTable, type SessionTable, toItem } from './table.ts';
import { REAUTH_BELOW } from './user-conditions.ts';
import { updateItem } from './write-item.ts';

/** What a session of ours, or its end marker, tells of the person's session at the provider. */
interface ProviderSession {
  readonly user: User;
  readonly kind: ListedSession['kind'];
  /** Where the provider tells none, the person is all that can be named. */
  readonly sidHash?: string | undefined;
  readonly authTime: number;
}

/**
 * "Prove again who you are": burns the session at the provider, or where the provider names none, asks all further code exchanges of
 * the user for a new proof. A record has neither, and a web session no more than its app has told. True when that is done, undefined when a transaction was in the way.
 */
export async function tryToBurn(table: SessionTable, session: ProviderSession): Promise<true | undefined> {
  const { user, kind, sidHash, authTime } = session;
  if (!isBurnable({ kind, sidHash })) return true;
  const isNamed = sidHash !== undefined && sidHash.length <= MAX_SID_HASH_LENGTH;
  return isNamed ? tryToBurnSid(table, { user, sidHash, authTime }) : tryToAskForProof(table, user);
}

/** So that it fits into a key: a web app may write anything there. */
const MAX_SID_HASH_LENGTH = 200;

/** Whether there is anything that an ending of this session burns. */
export function isBurnable({
  kind,
  sidHash,
}: {
  readonly kind?: string | undefined;
  readonly sidHash?: string | undefined;
}) {
  return kind !== 'record' && (kind !== 'web' || sidHash !== undefined);
}

interface KnownProviderSession {
  readonly user: User;
  readonly sidHash: string;
  readonly authTime: number;
}

/** A revocation goes on for less. So a mark that ends this much earlier is its own; that of an older one has to be kept for longer. */
const ONE_REVOCATION_SECONDS = 30;

/**
 * No login of the provider session opens anything any more, through whatever client. Doing so twice changes nothing but how long the
 * mark is kept, which is as long as an end marker.
 */
async function tryToBurnSid(table: SessionTable, session: KnownProviderSession): Promise<true | undefined> {
  const { user, sidHash, authTime } = session;
  const now = epochSeconds(table.nowMs());
  const until = Math.max(authTime, now) + table.loginMaxLifetimeSeconds;
  const outcome = await updateItem(table, {
    Key: toItem(burntKey(user, sidHash)),
    UpdateExpression: 'SET burnt_at = if_not_exists(burnt_at, :now), #ttl = :ttl',
    ConditionExpression: TTL_BELOW,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':now': now, ':ttl': until }),
  });
  if (outcome !== 'lost_race') return true;
  // Reads go on. Without this one, a revocation that has burnt would have to win that race again each time that it loses the next.
  const mark = await getRawItem(table, burntKey(user, sidHash), projectionOf(['ttl']));
  return Number(mark?.ttl?.N ?? 0) >= until - ONE_REVOCATION_SECONDS || undefined;
}

/**
 * Code exchanges of the user open nothing until the person has signed in after now. One that is under way is refused too, since it
 * has read an older version of the user. It concerns exchanges alone: bearer tokens have the end marker of their login.
 */
export async function tryToAskForProof(table: SessionTable, user: User): Promise<true | undefined> {
  const outcome = await updateItem(table, {
    Key: toItem(userRecordKey(user)),
    UpdateExpression: `SET ${NEXT_VERSION}, reauth_after = :now`,
    ConditionExpression: REAUTH_BELOW,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1, ':now': epochSeconds(table.nowMs()) }),
  });
  return outcome === 'lost_race' ? undefined : true;
}

/** Whether the provider session is burnt. The mark counts, whatever it holds. */
export async function isBurnt(table: ReadTable, user: User, sidHash: string): Promise<boolean> {
  return (await getRawItem(table, burntKey(user, sidHash), projectionOf(['user_key']))) !== undefined;
}

/** What an end marker tells about burning. All else in it may be malformed. */
const BURNING = projectionOf(['user_key', 'kind', 'sid_hash', 'burnt_at', 'auth_time']);

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
  const { kind, sid_hash, burnt_at, auth_time } = marker;
  const sidHash = sid_hash?.S;
  if (burnt_at !== undefined || !isBurnable({ kind: kind?.S, sidHash })) return 'already';
  const session = { user, kind: 'unknown', sidHash, authTime: Number(auth_time?.N ?? 0) } as const;
  if ((await tryToBurn(table, session)) === undefined) return undefined;
  const outcome = await updateItem(table, {
    Key: toItem(key),
    UpdateExpression: 'SET burnt_at = :now',
    ConditionExpression: `${PRESENT} AND ${NOT_BURNT}`,
    ExpressionAttributeValues: toItem({ ':now': epochSeconds(table.nowMs()) }),
  });
  return outcome === 'lost_race' ? undefined : 'already';
}
