import type { User } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import type { IdleOverride } from '../model/session.ts';
import { raisedAt } from '../model/watermark.ts';
import { idInItem, isUserItem, WEB_HASH } from '../table/item-key.ts';
import { querySessionsAndUser } from '../table/query-user.ts';
import { type Attributes, type Item, projectionOf, type ReadTable } from '../table/table.ts';
import { isWebEntry, withCommonNames } from '../table/web-entry.ts';
import { WEB_USER_ATTRIBUTES } from './attributes.ts';

/** A session of a user, as far as it counts. Epoch seconds. */
export interface CountedSession {
  readonly id: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly idle?: IdleOverride;
  readonly sidHash?: string;
  /** Of one of kind `web`: the name of its own item. */
  readonly webHash?: string;
}

export interface Owner {
  /** Those that count for the limit: active, and no records. One that cannot be read lets nobody in, and does not count. */
  readonly active: readonly CountedSession[];
  /** Those of web apps that have expired, and that nobody has ended yet. */
  readonly expired: readonly CountedSession[];
  /** Of `USER`; 0: there is none. */
  readonly version: number;
  readonly erasedAt?: number;
  /** When all sessions were ended last, or a proof was asked for: epoch seconds, 0 for never. */
  readonly endedAllAt: number;
}

const COUNTED: readonly string[] = ['bearer', 'ticket'];
const PROJECTION = projectionOf(WEB_USER_ATTRIBUTES);

/**
 * What a user has, by one strongly consistent Query, as `readUser` does; of each item only what an app may see.
 *
 * @throws StoredItemError when what is kept of the user is malformed: it is never taken for missing
 */
export async function readOwner(table: ReadTable, user: User, nowSeconds: number): Promise<Owner> {
  const items = await querySessionsAndUser(table, user, PROJECTION);
  const counted = items.flatMap((item) => readCounted(item) ?? []);
  const record = items.find(({ item }) => isUserItem(item?.S));
  const active = counted.filter((session) => isActive(session, nowSeconds));
  const expired = counted.filter((session) => session.webHash !== undefined && !isActive(session, nowSeconds));
  return { active, expired, ...readRecord(record) };
}

function readRecord(record: Item | undefined): Omit<Owner, 'active' | 'expired'> {
  if (record === undefined) return { version: 0, endedAllAt: 0 };
  const version = integer(record, 'version') ?? refuse('version');
  // Where some are ended at most once a minute by the watermark, the other times a proof is asked for.
  const endedAllAt = Math.max(raisedAt(optional(record, 'not_before')), optional(record, 'reauth_after'));
  if (record.erased_at === undefined) return { version, endedAllAt };
  return { version, endedAllAt, erasedAt: optional(record, 'erased_at') };
}

/** 0 where it is absent. */
function optional(record: Item, name: string): number {
  return record[name] === undefined ? 0 : (integer(record, name) ?? refuse(name));
}

function readCounted(stored: Item): CountedSession | undefined {
  const isWeb = isWebEntry(stored);
  const item = isWeb ? withCommonNames(stored) : stored;
  const id = idInItem('session', item.item?.S ?? '');
  const [createdAt, lastSeenAt] = [integer(item, 'created_at'), integer(item, 'last_seen_at')];
  const [idleExpiresAt, absoluteExpiresAt] = [integer(item, 'idle_expires_at'), integer(item, 'absolute_expires_at')];
  const isCounted = item.web_ended_as === undefined && (isWeb || COUNTED.includes(item.kind?.S ?? ''));
  if (!isCounted || id === undefined || createdAt === undefined || lastSeenAt === undefined) return undefined;
  if (idleExpiresAt === undefined || absoluteExpiresAt === undefined) return undefined;
  const idleSeconds = integer(item, 'idle_seconds');
  const sidHash = item.sid_hash?.S;
  const webHash = isWeb ? (item.web_hash?.S ?? '') : '';
  return {
    id,
    createdAt,
    lastSeenAt,
    idleExpiresAt,
    absoluteExpiresAt,
    ...(idleSeconds === undefined ? {} : { idle: { seconds: idleSeconds, setAt: integer(item, 'idle_set_at') ?? 0 } }),
    ...(sidHash === undefined ? {} : { sidHash }),
    ...(WEB_HASH.test(webHash) ? { webHash } : {}),
  };
}

function integer(item: Attributes, name: string): number | undefined {
  const value = Number(item[name]?.N ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function refuse(attribute: string): never {
  throw new StoredItemError('USER', attribute);
}
