import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { epochSeconds } from '@cloakroom/core';
import { ScanPositionError } from './errors.ts';
import { SESSIONS_AND_USER, sessionKey } from './item-key.ts';
import { statusOf } from './lifetime.ts';
import type { Session } from './session.ts';
import { parseSession } from './session-item.ts';
import { type SessionTable, toItem, toPlain } from './table.ts';

export interface ScanRequest {
  /** Aliases of the issuers whose sessions are wanted. */
  readonly issuers: readonly string[];
  /** At most so many sessions. */
  readonly limit: number;
  /** From where the page before ended. */
  readonly position?: string | undefined;
}

export interface SessionPage {
  /** In no order that means anything. May be fewer than the limit, even none, while there are more. */
  readonly sessions: readonly Session[];
  /** Where the next page begins; undefined at the end. Not a secret, and readable: it is to be sealed before it is given out. */
  readonly position: string | undefined;
}

/** Most items of the table are no sessions. A page reads at most so many of them, so that it has an answer in time. */
const ITEMS_PER_READ = 500;
const MAX_READS = 8;

/**
 * The active sessions of all users, page by page: the only Scan there is. Strongly consistent, so that a session that has
 * ended is on no page that is asked for afterwards.
 *
 * @throws ScanPositionError the position is not one that a page gave
 * @throws StoredItemError when an item is malformed
 */
export async function scanSessions(table: SessionTable, request: ScanRequest): Promise<SessionPage> {
  const sessions: Session[] = [];
  let from = request.position === undefined ? undefined : parsePosition(request.position);
  for (let reads = 0; reads < MAX_READS && sessions.length < request.limit; reads += 1) {
    const { Items = [], LastEvaluatedKey } = await readPage(table, from);
    const found = Items.map((item) => parseSession(toPlain(item))).filter(wanted(table, request));
    sessions.push(...found.slice(0, request.limit - sessions.length));
    if (sessions.length < request.limit && LastEvaluatedKey === undefined) return { sessions, position: undefined };
    from = LastEvaluatedKey;
  }
  const last = sessions.length === request.limit ? sessions.at(-1) : undefined;
  return { sessions, position: formatPosition(last === undefined ? from : toItem(sessionKey(last.user, last.id))) };
}

function wanted({ nowMs }: SessionTable, { issuers }: ScanRequest) {
  const now = epochSeconds(nowMs());
  return (session: Session) => issuers.includes(session.user.issuer) && statusOf(session, now) === 'active';
}

function readPage({ dynamodb, table }: SessionTable, from: Key): Promise<ScanCommandOutput> {
  return dynamodb.send(
    new ScanCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: ITEMS_PER_READ,
      FilterExpression: 'begins_with(#item, :session)',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: toItem({ ':session': SESSIONS_AND_USER.from }),
      ExclusiveStartKey: from,
    }),
  );
}

type Key = ScanCommandOutput['LastEvaluatedKey'];

/** Neither part of a key has a line break: see `parseUserKey`. */
const SEPARATOR = '\n';
const MAX_POSITION_LENGTH = 1024;

function formatPosition(key: Key): string | undefined {
  if (key === undefined) return undefined;
  const { user_key, item } = toPlain(key);
  return [user_key, item].join(SEPARATOR);
}

function parsePosition(text: string): Key {
  const [user_key, item, ...rest] = text.split(SEPARATOR);
  if (!user_key || !item || rest.length > 0 || text.length > MAX_POSITION_LENGTH) throw new ScanPositionError();
  return toItem({ user_key, item });
}
