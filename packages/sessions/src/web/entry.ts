import { epochSeconds, type User, userKey } from '@cloakroom/core';
import { PRESENT, UNMARKED } from '../table/conditions.ts';
import { sessionKey } from '../table/item-key.ts';
import { keyItem, queryToEnd, toItem } from '../table/table.ts';
import { type WEB_AS_READ, WEB_NOT_IDLE } from '../table/web-conditions.ts';
import type { Use } from './plan.ts';
import type { OwnedAs, WebEndReason, WebOwner, WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';
import { writeItem } from './write-item.ts';

/*
 * What a user's list shows of a web session: an item like every session's, in whole seconds. Its end is never before that of the
 * session's own item, so nobody who meets it expired ends a session that is still in use.
 */

/** It is there, and nobody has marked it as ended. */
export const NOT_MARKED = `${PRESENT} AND ${UNMARKED}`;

/** Nobody has written down another use than the one that was read, or one by which the session ends sooner still. */
const NO_LONGER_THAN_READ = `(web_idle_expires_at = :read OR web_idle_expires_at < :idle_expires_at) AND ${UNMARKED}`;

/** Nobody has written down a use that lasts longer. */
const NOT_LATER = 'web_idle_expires_at <= :idle_expires_at';

const SET_USE = 'SET web_last_seen_at = :now, web_idle_expires_at = :idle_expires_at';

function entrySeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** `over`: it is gone, was ended, or has expired. */
export type EntryTouch = 'touched' | 'over' | 'lost_race';

/** Writes down a use by which the session lives longer: before its own item, so that the entry lasts at least as long. */
export async function touchEntry(table: WebTable, owned: OwnedAs, use: Use): Promise<EntryTouch> {
  const now = epochSeconds(table.nowMs());
  const written = await writeItem(table, {
    Key: keyItem(sessionKey(owned.user, owned.id)),
    UpdateExpression: SET_USE,
    ConditionExpression: `${WEB_NOT_IDLE} AND ${NOT_LATER}`,
    ExpressionAttributeValues: toItem({ ':now': now, ':idle_expires_at': entrySeconds(use.idleExpiresAtMs) }),
  });
  if (written === 'lost_race') return written;
  return written !== 'refused' || (await isEntryActive(table, owned, now)) ? 'touched' : 'over';
}

/** Somebody may have written down a later use just now: then there is nothing to do. */
async function isEntryActive(table: WebTable, { user, id }: OwnedAs, nowSeconds: number): Promise<boolean> {
  const { item } = sessionKey(user, id);
  // An app may query the items of users, and not get one.
  const [entry] = await queryToEnd(table, {
    KeyConditionExpression: 'user_key = :user_key AND #item = :item',
    ProjectionExpression: 'web_idle_expires_at, web_ended_as',
    ExpressionAttributeNames: { '#item': 'item' },
    ExpressionAttributeValues: toItem({ ':user_key': userKey(user), ':item': item }),
  });
  return entry?.web_ended_as === undefined && Number(entry?.web_idle_expires_at?.N ?? 0) > nowSeconds;
}

/**
 * Writes down that the session ends sooner: after its own item, and unless somebody has used it meanwhile. Where this is not done,
 * the entry is shown for longer than it lasts, and nothing else.
 */
export async function shortenEntry(
  table: WebTable,
  owned: OwnedAs,
  { readMs, idleExpiresAtMs }: { readonly readMs: number; readonly idleExpiresAtMs: number },
): Promise<'done' | 'lost_race'> {
  const written = await writeItem(table, {
    Key: keyItem(sessionKey(owned.user, owned.id)),
    UpdateExpression: SET_USE,
    ConditionExpression: NO_LONGER_THAN_READ,
    ExpressionAttributeValues: toItem({
      ':now': epochSeconds(table.nowMs()),
      ':idle_expires_at': entrySeconds(idleExpiresAtMs),
      ':read': entrySeconds(readMs),
    }),
  });
  return written === 'lost_race' ? written : 'done';
}

interface NewEntry {
  readonly owner: WebOwner;
  readonly session: Pick<WebSession, 'hash' | 'idleExpiresAtMs' | 'absoluteExpiresAtMs'>;
  /** Epoch seconds: see `beginsAt`. */
  readonly beginsAt: number;
}

/** All that an app may write of a new entry. Its TTL is set by `record-changes`, which sees it come. */
export function entryFields({ owner, session, beginsAt }: NewEntry) {
  return {
    web_created_at: beginsAt,
    web_last_seen_at: beginsAt,
    web_idle_expires_at: entrySeconds(session.idleExpiresAtMs),
    web_absolute_expires_at: entrySeconds(session.absoluteExpiresAtMs),
    web_ip: owner.client.ip,
    web_user_agent: owner.client.userAgent,
    web_hash: session.hash,
    ...(owner.providerSession === undefined
      ? {}
      : { web_sid_hash: owner.providerSession.sidHash, web_sid_key: owner.providerSession.sidKey }),
  };
}

interface Mark {
  readonly user: User;
  readonly id: string;
  readonly reason: WebEndReason | 'evicted' | 'expired';
  /** One that has expired by itself is to be left as it is, or marked all the same, or marked as that unless it has been used. */
  readonly condition: typeof WEB_NOT_IDLE | typeof NOT_MARKED | typeof WEB_AS_READ;
  /** Epoch seconds; for {@link WEB_AS_READ} alone. */
  readonly idleExpiresAt?: number;
}

/**
 * The write by which an app ends an entry of whatever kind: every reader takes it for over at once, and `record-changes` makes it a
 * real ending.
 */
export function markWrite(TableName: string, mark: Mark, atSeconds: number) {
  const { user, id, reason, condition, idleExpiresAt } = mark;
  return {
    Update: {
      TableName,
      Key: keyItem(sessionKey(user, id)),
      UpdateExpression: 'SET web_ended_as = :reason, web_ended_at = :now',
      ConditionExpression: condition,
      ExpressionAttributeValues: toItem({ ':reason': reason, ':now': atSeconds, ':idle_expires_at': idleExpiresAt }),
    },
  };
}
