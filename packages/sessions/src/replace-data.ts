import { epochSeconds } from '@cloakroom/core';
import { ABSENT, ACTIVE_AS_READ, VERSION_AS_READ } from './conditions.ts';
import { VersionStaleError } from './errors.ts';
import { sessionKey } from './item-key.ts';
import { idleExpiryAfter } from './lifetime.ts';
import { retryLostRaces } from './lost-races.ts';
import { requireSession, type SessionRequest } from './require-session.ts';
import type { JsonObject, Session, SessionData } from './session.ts';
import { formatData } from './session-item.ts';
import { type SessionTable, toItem } from './table.ts';
import { runTransaction, type Step } from './transaction.ts';

export interface DataReplacement extends SessionRequest {
  /** Of the data as the writer read it; 0 when there was none. */
  readonly version: number;
  readonly value: JsonObject;
}

/** The session and its data after the change. */
export interface DataChange {
  readonly session: Session;
  readonly data: SessionData;
}

/**
 * Replaces the data of an active session, if it is still the one that was read. One read and one transaction.
 *
 * @throws SessionEndedError, SessionUnknownError see `requireSession`
 * @throws VersionStaleError somebody else has changed the data
 * @throws ConflictError after lost races
 */
export async function replaceData(table: SessionTable, request: DataReplacement): Promise<DataChange> {
  return retryLostRaces(async () => {
    const session = await requireSession(table, request);
    const data = { version: request.version + 1, value: request.value };
    const steps = [sessionStep(table, session), dataStep(table, session, data)];
    const outcome = await runTransaction(table, steps);
    if (outcome.committed) return { session, data };
    // When both have failed, what became of the session is the better answer: look again.
    if (outcome.failed.join() === 'data') throw new VersionStaleError();
    return undefined;
  }, table.races);
}

/** A session is used by requests; a record by its changes alone, which move its idle time if it has been given one. */
function sessionStep({ table: TableName, nowMs, idle: policy }: SessionTable, session: Session): Step {
  const now = epochSeconds(nowMs());
  const Key = toItem(sessionKey(session.user, session.id));
  const guarded = { TableName, Key, ConditionExpression: ACTIVE_AS_READ };
  const values = { ':now': now, ':version': session.version };
  if (session.kind !== 'record') {
    return { name: 'session', write: { ConditionCheck: { ...guarded, ExpressionAttributeValues: toItem(values) } } };
  }
  const idleExpiresAt = session.idle === undefined ? session.idleExpiresAt : idleExpiryAfter(now, policy, session);
  return {
    name: 'session',
    write: {
      Update: {
        ...guarded,
        UpdateExpression: 'SET last_seen_at = :now, idle_expires_at = :idle_expires_at',
        ExpressionAttributeValues: toItem({ ...values, ':idle_expires_at': idleExpiresAt }),
      },
    },
  };
}

function dataStep({ table: TableName }: SessionTable, session: Session, data: SessionData): Step {
  const Item = toItem(formatData(session, data));
  const expected = data.version - 1;
  const condition =
    expected === 0
      ? { ConditionExpression: ABSENT }
      : { ConditionExpression: VERSION_AS_READ, ExpressionAttributeValues: toItem({ ':version': expected }) };
  return { name: 'data', write: { Put: { TableName, Item, ...condition } } };
}
