import { epochSeconds } from '@cloakroom/core';
import { idleExpiryAfter } from '../model/lifetime.ts';
import type { Session } from '../model/session.ts';
import { assignments } from '../table/assignments.ts';
import { ABSENT, ACTIVE_AS_READ, PRESENT } from '../table/conditions.ts';
import { getSessionData } from '../table/get-session.ts';
import { dataKey, sessionKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { requireChangeable, type SessionRequest } from './require-session.ts';

/** What is not given stays as it is. */
export interface LifetimeChange extends SessionRequest {
  /** How long it may go unused, counted anew from now. */
  readonly idleSeconds?: number | undefined;
  /** Epoch seconds; a time that is past ends it now. */
  readonly absoluteExpiresAt?: number | undefined;
}

/**
 * Gives one active session a lifetime of its own. No use that is written down at the same time undoes it.
 *
 * @throws SessionEndedError, SessionUnknownError, WebSessionError see `requireChangeable`
 * @throws ContendedError after two lost races
 */
export async function setLifetime(table: SessionTable, request: LifetimeChange): Promise<Session> {
  const change = async () => {
    const session = await requireChangeable(table, request);
    const changed = withLifetime(table, session, request);
    const outcome = await runTransaction(table, await changeSteps(table, session, changed));
    return outcome.committed ? changed : undefined;
  };
  return retryLostRaces('change', change, table.races);
}

function withLifetime({ nowMs, idle: policy }: SessionTable, session: Session, request: LifetimeChange): Session {
  const now = epochSeconds(nowMs());
  const { idleSeconds, absoluteExpiresAt = session.absoluteExpiresAt } = request;
  const changed = {
    ...session,
    absoluteExpiresAt,
    version: session.version + 1,
    // The TTL keeps its distance from the end: see newBearerSession. A record has none.
    ttl: Math.max(session.ttl, absoluteExpiresAt + session.ttl - session.absoluteExpiresAt),
  };
  if (idleSeconds !== undefined) {
    const idle = { seconds: idleSeconds, setAt: now };
    return { ...changed, idle, idleExpiresAt: idleExpiryAfter(now, policy, { kind: session.kind, idle }) };
  }
  // Without an idle time of its own, a record ends by its absolute end alone.
  const isNeverIdle = session.kind === 'record' && session.idle === undefined;
  return isNeverIdle ? { ...changed, idleExpiresAt: absoluteExpiresAt } : changed;
}

/** DynamoDB must not delete the data before the session. The check keeps new data from getting the old TTL. */
async function changeSteps(table: SessionTable, session: Session, changed: Session): Promise<Step[]> {
  const steps = [changeStep(table, session, changed)];
  if (changed.ttl === session.ttl) return steps;
  const { user, id, ttl } = changed;
  const { version } = await getSessionData(table, user, id);
  const item = { TableName: table.table, Key: toItem(dataKey(user, id)) };
  const write =
    version === 0
      ? { ConditionCheck: { ...item, ConditionExpression: ABSENT } }
      : { Update: { ...item, ...assignments({ ttl }), ConditionExpression: PRESENT } };
  return [...steps, { name: 'data', write }];
}

function changeStep({ table: TableName, nowMs }: SessionTable, session: Session, changed: Session): Step {
  const { idle, idleExpiresAt } = changed;
  const isIdleNew = idle !== session.idle;
  const { UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } = assignments({
    version: changed.version,
    absolute_expires_at: changed.absoluteExpiresAt,
    ttl: changed.ttl,
    // Only if it changes: otherwise this would undo a use that is written down meanwhile.
    ...(isIdleNew || idleExpiresAt !== session.idleExpiresAt ? { idle_expires_at: idleExpiresAt } : {}),
    ...(isIdleNew ? { idle_seconds: idle?.seconds, idle_set_at: idle?.setAt } : {}),
  });
  const values = toItem({ ':now': epochSeconds(nowMs()), ':version': session.version });
  const update = {
    TableName,
    Key: toItem(sessionKey(session.user, session.id)),
    UpdateExpression,
    ConditionExpression: ACTIVE_AS_READ,
    ExpressionAttributeNames,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
  };
  return { name: 'session', write: { Update: update } };
}
