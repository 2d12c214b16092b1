import { epochSeconds, type JsonText } from '@cloakroom/core';
import { DataRateError, VersionStaleError } from '../model/errors.ts';
import { idleExpiryAfter } from '../model/lifetime.ts';
import type { Session, SessionData } from '../model/session.ts';
import { ABSENT, ACTIVE_AS_READ, VERSION_AS_READ } from '../table/conditions.ts';
import { dataKey, sessionKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type DataChanges, formatData, parseDataChanges } from '../table/session-item.ts';
import { getItem, type SessionTable, toItem } from '../table/table.ts';
import { runTransaction } from '../table/transaction.ts';
import { updateItem } from '../table/write-item.ts';
import { requireChangeable, type SessionRequest } from './require-session.ts';

export interface DataReplacement extends SessionRequest {
  /** Of the data as the writer read it; 0 when there was none. Undefined: whatever is there is replaced. */
  readonly version: number | undefined;
  readonly value: JsonText;
}

/** The session and its data after the change. */
export interface DataChange {
  readonly session: Session;
  readonly data: SessionData;
}

/** More changes of one session's data within a second are refused. */
const MAX_CHANGES_PER_SECOND = 5;

/**
 * Replaces the data of an active session, if nobody has changed it since it was read, or whatever it is. Two reads and one write.
 *
 * Only the first data of a session takes a transaction. Later changes write the data's own item alone, which is deleted with its
 * session. So no number of changes can be in the way of an ending.
 *
 * @throws SessionEndedError, SessionUnknownError, WebSessionError see `requireChangeable`
 * @throws VersionStaleError somebody else has changed the data
 * @throws DataRateError more than five changes within a second
 * @throws ContendedError after two lost races
 */
export async function replaceData(table: SessionTable, request: DataReplacement): Promise<DataChange> {
  return retryLostRaces('change', () => tryToReplace(table, request), table.races);
}

async function tryToReplace(table: SessionTable, request: DataReplacement): Promise<DataChange | undefined> {
  const session = await requireChangeable(table, request);
  const stored = await getItem(table, dataKey(session.user, session.id));
  const before: DataChanges = stored === undefined ? { version: 0, changedAtMs: [] } : parseDataChanges(stored);
  if (request.version !== undefined && before.version !== request.version) throw new VersionStaleError();
  const replacement = { table, session, before, value: request.value };
  const isReplaced = await (stored === undefined ? putFirst(replacement) : putNext(replacement));
  return isReplaced ? { session, data: { version: before.version + 1, value: request.value } } : undefined;
}

interface Replacement {
  readonly table: SessionTable;
  readonly session: Session;
  readonly before: DataChanges;
  readonly value: JsonText;
}

/** There is no data item yet whose condition could fail. A transaction checks that the session is there. */
async function putFirst({ table, session, before, value }: Replacement): Promise<boolean> {
  const changedAtMs = changesWithin(before, table.nowMs());
  const Item = toItem(formatData(session, { version: 1, value, changedAtMs }));
  const use = useOf(table, session);
  const { committed } = await runTransaction(table, [
    { name: 'session', write: 'UpdateExpression' in use ? { Update: use } : { ConditionCheck: use } },
    { name: 'data', write: { Put: { TableName: table.table, Item, ConditionExpression: ABSENT } } },
  ]);
  return committed;
}

/** The end of a session deletes its data, and then the condition fails. The TTL stays as it is. */
async function putNext({ table, session, before, value }: Replacement): Promise<boolean> {
  const { data, changed_at_ms } = formatData(session, {
    version: before.version + 1,
    value,
    changedAtMs: changesWithin(before, table.nowMs()),
  });
  const use = useOf(table, session);
  if ('UpdateExpression' in use && (await updateItem(table, use)) !== 'written') return false;
  const outcome = await updateItem(table, {
    Key: toItem(dataKey(session.user, session.id)),
    UpdateExpression: 'SET version = :next, #data = :data, changed_at_ms = :changed_at_ms',
    ConditionExpression: VERSION_AS_READ,
    ExpressionAttributeNames: { '#data': 'data' },
    ExpressionAttributeValues: toItem({
      ':version': before.version,
      ':next': before.version + 1,
      ':data': data,
      ':changed_at_ms': changed_at_ms,
    }),
  });
  return outcome === 'written';
}

/** The times of the changes within a second, now included. @throws DataRateError when they are too many */
function changesWithin({ changedAtMs }: DataChanges, nowMs: number): readonly number[] {
  const recent = changedAtMs.filter((atMs) => nowMs - atMs < 1000);
  if (recent.length >= MAX_CHANGES_PER_SECOND) throw new DataRateError();
  return [...recent, nowMs];
}

/**
 * What a change of data does to the session's own item. The session must be active and unchanged. A record is used by changes of its
 * data alone: they move its idle time, if it has one.
 */
function useOf({ table: TableName, nowMs, idle: policy }: SessionTable, session: Session) {
  const now = epochSeconds(nowMs());
  const Key = toItem(sessionKey(session.user, session.id));
  const guarded = { TableName, Key, ConditionExpression: ACTIVE_AS_READ };
  const values = { ':now': now, ':version': session.version };
  if (session.kind !== 'record') return { ...guarded, ExpressionAttributeValues: toItem(values) };
  const idleExpiresAt = session.idle === undefined ? session.idleExpiresAt : idleExpiryAfter(now, policy, session);
  return {
    ...guarded,
    UpdateExpression: 'SET last_seen_at = :now, idle_expires_at = :idle_expires_at',
    ExpressionAttributeValues: toItem({ ...values, ':idle_expires_at': idleExpiresAt }),
  };
}
