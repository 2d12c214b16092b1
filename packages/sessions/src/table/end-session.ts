import { epochSeconds } from '@cloakroom/core';
import { expiresAt } from '../model/lifetime.ts';
import type { EndedReason, ListedSession, Session } from '../model/session.ts';
import { tryToBurn } from './burn.ts';
import { AS_READ, ENDINGS, PRESENT } from './conditions.ts';
import { dataKey, sessionKey } from './item-key.ts';
import { retryLostRaces } from './lost-races.ts';
import { formatEnded } from './session-item.ts';
import { type SessionTable, toItem } from './table.ts';
import { runTransaction, type Step } from './transaction.ts';

export type Ending =
  | { readonly session: Session; readonly reason: EndedReason }
  /** An item that is not understood can be revoked too. */
  | { readonly session: ListedSession; readonly reason: 'revoked' };

/** `gone`: it had ended already, or, of an expired one, somebody used it in between. */
export type EndOutcome = 'ended' | 'gone';

/**
 * Ends a session in one transaction: deletes it and its data, and puts its end marker. A revocation burns the provider session
 * before that, so that no crash leaves it half done. While other transactions are in the way, it tries again, as a revocation does.
 *
 * @throws ConflictError when they were in the way until there was no time left
 */
export async function endSession(table: SessionTable, ending: Ending): Promise<EndOutcome> {
  return retryLostRaces('revocation', () => tryToEnd(table, ending), table.races);
}

/** The same, tried once: undefined when another transaction was in the way. */
export async function tryToEnd(table: SessionTable, ending: Ending): Promise<EndOutcome | undefined> {
  if (burns(ending) && (await tryToBurn(table, ending.session)) === undefined) return undefined;
  const outcome = await runTransaction(table, endingSteps(table, ending, epochSeconds(table.nowMs())));
  if (outcome.committed) return 'ended';
  return outcome.failed.includes('ended_session') ? 'gone' : undefined;
}

/** Whether the ending means "prove again who you are". What ends by itself, or for want of room, does not. */
function burns({ reason }: Ending): boolean {
  return reason === 'revoked';
}

/** The writes that end a session, to be part of a transaction. What {@link burns} must have burnt before. */
export function endingSteps(
  { table, loginMaxLifetimeSeconds }: Pick<SessionTable, 'table' | 'loginMaxLifetimeSeconds'>,
  ending: Ending,
  nowSeconds: number,
): Step[] {
  const { session, reason } = ending;
  const { user, id, kind, authTime, sidHash } = session;
  const endedAt = endOf(ending, nowSeconds);
  // Some providers move the `auth_time` of a login. The newest token may have a later one than the session.
  const ttl = Math.max(authTime, endedAt) + loginMaxLifetimeSeconds;
  const burning = sidHash === undefined ? {} : { sidHash, ...(burns(ending) ? { burntAt: nowSeconds } : {}) };
  const marker = formatEnded({ user, id, reason, endedAt, kind, authTime, ...burning }, ttl);
  const deletion = { TableName: table, Key: toItem(sessionKey(user, id)), ...conditionOf(ending) };
  return [
    { name: 'ended_session', write: { Delete: deletion } },
    { name: 'ended_data', write: { Delete: { TableName: table, Key: toItem(dataKey(user, id)) } } },
    { name: 'end_marker', write: { Put: { TableName: table, Item: toItem(marker) } } },
  ];
}

/** Never before it began: a session that follows an erasure is dated a little late (see `beginsAt`). */
function endOf({ session, reason }: Ending, nowSeconds: number): number {
  if (session.kind === 'unknown') return nowSeconds;
  return reason === 'expired' ? expiresAt(session) : Math.max(nowSeconds, session.createdAt);
}

function conditionOf({ session, reason }: Ending) {
  if (session.kind === 'unknown' || ENDINGS[reason] === PRESENT) return { ConditionExpression: PRESENT };
  const values = toItem({ ':idle_expires_at': session.idleExpiresAt, ':version': session.version });
  return { ConditionExpression: AS_READ, ExpressionAttributeValues: values };
}
