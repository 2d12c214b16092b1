import { epochSeconds } from '@cloakroom/core';
import { expiresAt } from '../model/lifetime.ts';
import type { AppEnd, EndedReason, EndedSession, ListedSession, Session, SessionData } from '../model/session.ts';
import { isBurnable, tryToBurn } from './burn.ts';
import { ABSENT, AS_READ, ENDINGS, PRESENT, VERSION_AS_READ } from './conditions.ts';
import { dataKey, sessionKey, tokensKey } from './item-key.ts';
import { retryLostRaces } from './lost-races.ts';
import { formatEnded } from './session-item.ts';
import { type Item, type SessionTable, toItem } from './table.ts';
import { runTransaction, type Step } from './transaction.ts';
import { WEB_AS_READ } from './web-conditions.ts';
import { webEnd } from './web-item.ts';

export type Ending = (
  | { readonly session: Session; readonly reason: Exclude<EndedReason, 'replaced'> }
  /** `data`: as it was read and has gone on to another session. */
  | { readonly session: Session; readonly reason: 'replaced'; readonly data?: SessionData | undefined }
  /** An item that is not understood can be revoked too. */
  | { readonly session: ListedSession; readonly reason: 'revoked' }
) & {
  /** That the watermark has risen for it: nobody but a session at the provider is left to be burnt. */
  readonly isUserBurnt?: true;
  /** Until when the end must be known at least, in epoch seconds. */
  readonly knownUntil?: number;
};

/** `gone`: it had ended already, or, of an expired one, somebody used it in between. */
export type EndOutcome = 'ended' | 'gone';

/**
 * Ends a session in one transaction: deletes it, its data and the provider's tokens, ends the item by which its web app lets somebody in,
 * and puts its end marker. A revocation, or a sign-out, burns before that, so that no crash leaves it half done. While other
 * transactions are in the way, it tries again, as a revocation does. One that an app has ended is over as that app has said.
 *
 * @throws ConflictError when they were in the way until there was no time left
 */
export async function endSession(table: SessionTable, ending: Ending): Promise<EndOutcome> {
  return retryLostRaces('revocation', () => tryToEnd(table, ending), table.races);
}

/** The same, tried once: undefined when another transaction was in the way. */
export async function tryToEnd(table: SessionTable, ending: Ending): Promise<EndOutcome | undefined> {
  const { session, isUserBurnt } = ending;
  const isLeftToBurn = burns(ending) && !(isUserBurnt && session.sidHash === undefined);
  if (isLeftToBurn && (await tryToBurn(table, session)) === undefined) return undefined;
  const outcome = await runTransaction(table, endingSteps(table, ending, epochSeconds(table.nowMs())));
  if (outcome.committed) return 'ended';
  return outcome.failed.includes('ended_session') ? 'gone' : undefined;
}

/** What an app says of a session of its own, or of one that had to make room for it. Nothing else may be told of it. */
function appEndOf({ session }: Ending): AppEnd | undefined {
  return session.kind === 'unknown' ? undefined : session.endedByApp;
}

/** Whether the ending means "prove again who you are". What ends by itself, for want of room or by its app does not. */
function burns(ending: Ending): boolean {
  const { reason } = ending;
  if (appEndOf(ending) !== undefined) return false;
  return reason === 'revoked' || reason === 'logout' || reason === 'reuse_detected';
}

type EndedTable = Pick<SessionTable, 'table' | 'loginMaxLifetimeSeconds'>;

/** The writes that end a session, to be part of a transaction. What {@link burns} must have burnt before. */
export function endingSteps(ended: EndedTable, ending: Ending, nowSeconds: number): Step[] {
  const { table, loginMaxLifetimeSeconds } = ended;
  const { session } = ending;
  const { user, id, kind } = session;
  const deletion = { TableName: table, Key: toItem(sessionKey(user, id)), ...conditionOf(ending) };
  return [
    { name: 'ended_session', write: { Delete: deletion } },
    ...(kind === 'web' ? [] : [dataDeletion(table, ending)]),
    // Only tickets have them: the ending of a bearer does not pay for it.
    ...(mayHaveTokens(session) ? [tokensDeletion(table, session)] : []),
    ...webItemEnd(ended, ending, nowSeconds),
    {
      name: 'end_marker',
      write: { Put: { TableName: table, Item: endMarker(loginMaxLifetimeSeconds, ending, nowSeconds) } },
    },
  ];
}

/** What is kept of a session that ends now. */
export function endMarker(loginMaxLifetimeSeconds: number, ending: Ending, nowSeconds: number): Item {
  const { session } = ending;
  const { user, id, kind, authTime } = session;
  const reason = appEndOf(ending)?.reason ?? ending.reason;
  const endedAt = endOf(ending, nowSeconds);
  // Some providers move the `auth_time` of a login. The newest token may have a later one than the session.
  const ttl = Math.max(Math.max(authTime, endedAt) + loginMaxLifetimeSeconds, ending.knownUntil ?? 0);
  return toItem(formatEnded({ user, id, reason, endedAt, kind, authTime, ...burningOf(ending, nowSeconds) }, ttl));
}

function dataDeletion(TableName: string, ending: Ending): Step {
  const Key = toItem(dataKey(ending.session.user, ending.session.id));
  return { name: 'ended_data', write: { Delete: { TableName, Key, ...dataConditionOf(ending) } } };
}

/** An app ends its own item with its word. The mark is kept for long enough by the TTL that the item has. */
function webItemEnd(
  { table: TableName, loginMaxLifetimeSeconds }: EndedTable,
  ending: Ending,
  nowSeconds: number,
): Step[] {
  const { id, webHash: hash } = ending.session;
  if (hash === undefined || appEndOf(ending) !== undefined) return [];
  const ttl = nowSeconds + loginMaxLifetimeSeconds;
  return [
    {
      name: 'ended_web',
      write: { Update: { TableName, ...webEnd({ hash, owned: { id }, nowMs: nowSeconds * 1000, ttl }) } },
    },
  ];
}

/** What is not understood may have been written by an app, under an id that is too long for any other key than it has. */
const MAX_ID_LENGTH = 200;

function mayHaveTokens({ kind, id }: ListedSession): boolean {
  return kind === 'ticket' || (kind === 'unknown' && id.length <= MAX_ID_LENGTH);
}

function tokensDeletion(TableName: string, { user, id }: ListedSession): Step {
  return { name: 'ended_tokens', write: { Delete: { TableName, Key: toItem(tokensKey(user, id)) } } };
}

/** What the end marker must tell when the session is asked for again. */
function burningOf(ending: Ending, nowSeconds: number): Pick<EndedSession, 'sidHash' | 'burntAt' | 'familyHash'> {
  const { session } = ending;
  const familyHash = session.kind === 'unknown' ? undefined : session.ticket?.familyHash;
  return {
    ...(session.sidHash === undefined ? {} : { sidHash: session.sidHash }),
    ...(burns(ending) && isBurnable(session) ? { burntAt: nowSeconds } : {}),
    ...(familyHash === undefined ? {} : { familyHash }),
  };
}

/**
 * Never before it began: a session that follows an erasure is dated a little late (see `beginsAt`). One that its provider no longer
 * stands for is over before its time.
 */
function endOf(ending: Ending, nowSeconds: number): number {
  const { session, reason } = ending;
  if (session.kind === 'unknown') return nowSeconds;
  const { endedByApp } = session;
  if (endedByApp !== undefined) return Math.max(Math.min(endedByApp.at, nowSeconds), session.createdAt);
  return Math.max(reason === 'expired' ? Math.min(expiresAt(session), nowSeconds) : nowSeconds, session.createdAt);
}

function conditionOf({ session, reason }: Ending) {
  const isAsRead = session.kind !== 'unknown' && session.endedByApp === undefined && ENDINGS[reason] === AS_READ;
  if (!isAsRead) return { ConditionExpression: PRESENT };
  const { kind, idleExpiresAt, version } = session;
  const isWeb = kind === 'web';
  const values = toItem({ ':idle_expires_at': idleExpiresAt, ':version': isWeb ? undefined : version });
  return { ConditionExpression: isWeb ? WEB_AS_READ : AS_READ, ExpressionAttributeValues: values };
}

/** What was written after it was read would be lost. */
function dataConditionOf(ending: Ending) {
  if (ending.reason !== 'replaced' || ending.data === undefined) return {};
  const { version } = ending.data;
  if (version === 0) return { ConditionExpression: ABSENT };
  return { ConditionExpression: VERSION_AS_READ, ExpressionAttributeValues: toItem({ ':version': version }) };
}
