import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { epochSeconds } from '@cloakroom/core';
import { ScanPositionError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import type { ListedSession } from '../model/session.ts';
import { SESSIONS_AND_USER, sessionKey } from './item-key.ts';
import { readListed } from './read-listed.ts';
import { SESSION_ATTRIBUTES } from './session-item.ts';
import { projectionOf, type SessionTable, toItem } from './table.ts';

export interface ScanRequest {
  /** Aliases of the issuers whose sessions are wanted. */
  readonly issuers: readonly string[];
  /** Whether sessions that let somebody in are left out. */
  readonly recordsOnly?: boolean;
  /** At most so many sessions. */
  readonly limit: number;
  /** From where the page before ended. */
  readonly position?: string | undefined;
}

export interface SessionPage {
  /** In no order that means anything. May be fewer than the limit, even none, while there are more. */
  readonly sessions: readonly ListedSession[];
  /** Where the next page begins; undefined at the end. It is readable, so it must be sealed before a client gets it. */
  readonly position: string | undefined;
}

/** Most items of the table are no sessions. A page reads at most so many items, so that it answers in time. */
const ITEMS_PER_READ = 500;
const MAX_READS = 8;

/**
 * The active sessions of all users, and the items that this release does not understand, page by page. This is the only Scan of a function.
 * It is strongly consistent: a session that has ended is on no page that is read afterwards.
 *
 * @throws ScanPositionError the position is not one that a page gave
 */
export async function scanSessions(table: SessionTable, request: ScanRequest): Promise<SessionPage> {
  const sessions: ListedSession[] = [];
  let from = request.position === undefined ? undefined : parsePosition(request.position);
  for (let reads = 0; reads < MAX_READS && sessions.length < request.limit; reads += 1) {
    const { Items = [], LastEvaluatedKey } = await readPage(table, from);
    const found = Items.flatMap((item) => readListed(item) ?? []).filter(wanted(table, request));
    sessions.push(...found.slice(0, request.limit - sessions.length));
    if (sessions.length < request.limit && LastEvaluatedKey === undefined) return { sessions, position: undefined };
    from = LastEvaluatedKey;
  }
  const last = sessions.length === request.limit ? sessions.at(-1) : undefined;
  return { sessions, position: formatPosition(last === undefined ? from : toItem(sessionKey(last.user, last.id))) };
}

function wanted({ nowMs }: SessionTable, { issuers, recordsOnly = false }: ScanRequest) {
  const now = epochSeconds(nowMs());
  const isShown = (session: ListedSession) => session.kind === 'unknown' || isActive(session, now);
  const isOfKind = (session: ListedSession) => !recordsOnly || session.kind === 'record';
  return (session: ListedSession) => issuers.includes(session.user.issuer) && isOfKind(session) && isShown(session);
}

function readPage({ dynamodb, table }: SessionTable, from: Key): Promise<ScanCommandOutput> {
  return dynamodb.send(
    new ScanCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: ITEMS_PER_READ,
      ...projectionOf(SESSION_ATTRIBUTES),
      FilterExpression: 'begins_with(#item, :session)',
      ExpressionAttributeValues: toItem({ ':session': SESSIONS_AND_USER.from }),
      ExclusiveStartKey: from,
    }),
  );
}

type Key = ScanCommandOutput['LastEvaluatedKey'];

/** Our partition keys have no line break (see `parseUserKey`). A sort key that is not ours may have one. */
const POSITION = /^([^\n]+)\n(.+)$/s;
/** DynamoDB's limits for the two parts of a key. */
const MAX_KEY_BYTES = { partition: 2048, sort: 1024 } as const;

function formatPosition(key: Key): string | undefined {
  return key === undefined ? undefined : `${key.user_key?.S}\n${key.item?.S}`;
}

function parsePosition(text: string): Key {
  const [, user_key = '', item = ''] = POSITION.exec(text) ?? [];
  const fits = Buffer.byteLength(user_key) <= MAX_KEY_BYTES.partition && Buffer.byteLength(item) <= MAX_KEY_BYTES.sort;
  if (user_key === '' || !fits) throw new ScanPositionError();
  return toItem({ user_key, item });
}
