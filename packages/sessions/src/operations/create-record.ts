import { randomBytes } from 'node:crypto';
import { epochSeconds, type JsonText, toBase64url, type User } from '@cloakroom/core';
import { SessionLimitError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import { type ClientInfo, type CreationPolicy, MAX_ENDINGS_WITH_CREATION } from '../model/new-session.ts';
import { NO_DATA, type Session, type SessionData } from '../model/session.ts';
import { beginsAt } from '../model/watermark.ts';
import { putSteps, userStep } from '../table/creation-steps.ts';
import { endingSteps } from '../table/end-session.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { readUser } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { runTransaction } from '../table/transaction.ts';

export interface RecordRequest {
  readonly user: User;
  /** Of whoever creates it. */
  readonly clientId: string;
  readonly client: ClientInfo;
  readonly data?: JsonText | undefined;
  readonly policy: Pick<CreationPolicy, 'absoluteSeconds'>;
}

export interface RecordResult {
  readonly session: Session;
  readonly data: SessionData;
}

/** Records of one user. They do not count for the limit of sessions, but all sessions of a user are read at once. */
const MAX_RECORDS = 100;

/** 128 bits. */
const ID_BYTES = 16;

/**
 * Makes a session that lets nobody in, by one Query and one transaction. Each call makes another one. It also ends expired sessions
 * of the user. Otherwise records that nobody looks at would pile up until DynamoDB deletes them.
 *
 * @throws SessionLimitError the user has 100 of them
 * @throws ContendedError after two lost races
 */
export async function createRecord(table: SessionTable, request: RecordRequest): Promise<RecordResult> {
  const { user, data: value } = request;
  const create = async () => {
    const { sessions, record } = await readUser(table, user);
    const now = epochSeconds(table.nowMs());
    const isActiveNow = (session: Session) => isActive(session, now);
    const records = sessions.filter((session) => session.kind === 'record' && isActiveNow(session));
    if (records.length >= MAX_RECORDS) throw new SessionLimitError(MAX_RECORDS);
    const session = newRecord(request, beginsAt(now, record));
    const data = value === undefined ? NO_DATA : { version: 1, value };
    const expired = sessions.filter((each) => !isActiveNow(each)).slice(0, MAX_ENDINGS_WITH_CREATION);
    const end = (each: Session) => endingSteps(table, { session: each, reason: 'expired' }, now);
    const steps = [
      ...putSteps(table.table, session, data),
      userStep(table.table, user, record),
      ...expired.flatMap(end),
    ];
    const { committed } = await runTransaction(table, steps);
    return committed ? { session, data } : undefined;
  };
  return retryLostRaces('change', create, table.races);
}

/** A record is never used, so only its absolute end ends it, unless an administrator gives it an idle time. */
function newRecord({ user, clientId, client, policy }: RecordRequest, now: number): Session {
  const id = toBase64url(randomBytes(ID_BYTES));
  const absoluteExpiresAt = now + policy.absoluteSeconds;
  return {
    user,
    id,
    kind: 'record',
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt: absoluteExpiresAt,
    absoluteExpiresAt,
    authTime: now,
    loginId: id,
    clientId,
    scope: '',
    groups: [],
    ip: client.ip,
    userAgent: client.userAgent,
    ...(client.device === undefined ? {} : { device: client.device }),
    version: 1,
    ttl: absoluteExpiresAt,
  };
}
