import { epochSeconds } from '@cloakroom/core';
import { idleExpiryAfter } from '../model/lifetime.ts';
import type { Session } from '../model/session.ts';
import { NOT_IDLE, UNCONFIRMED } from './conditions.ts';
import { sessionKey } from './item-key.ts';
import { keyItem, type SessionTable, toItem } from './table.ts';
import { confirmationOf } from './ticket-attributes.ts';

/** `gone`: the session has ended, expired or got another secret since it was read. Read it again, and decide on that. */
export type TouchOutcome = 'touched' | 'gone';

/** What there is to write down of a request. */
export interface SessionUse {
  /** Whether the session's idle time begins anew. */
  readonly isUse: boolean;
  /** Whether it came with the secret of now, and is the first that did: see `isUnconfirmed`. */
  readonly isFirst: boolean;
}

/** What the write of a touch needs. */
export type TouchedTable = Pick<SessionTable, 'items' | 'table' | 'nowMs' | 'idle'>;

/**
 * Writes down that the session is used now. The request names the key, `last_seen_at`, `idle_expires_at` and `confirmed_at` alone,
 * and asks for nothing back. So IAM can limit the authorizer to these (`dynamodb:Attributes`, `dynamodb:ReturnValues`).
 */
export async function touchSession(
  { items, table, nowMs, idle }: TouchedTable,
  session: Pick<Session, 'user' | 'id' | 'kind' | 'idle' | 'ticket'>,
  { isUse, isFirst }: SessionUse,
): Promise<TouchOutcome> {
  const now = epochSeconds(nowMs());
  const rotation = isFirst ? session.ticket?.rotation : undefined;
  const sets = [
    ...(isUse ? ['last_seen_at = :now', 'idle_expires_at = :idle_expires_at'] : []),
    ...(rotation === undefined ? [] : ['confirmed_at = :now']),
  ];
  const update = {
    TableName: table,
    Key: keyItem(sessionKey(session.user, session.id)),
    UpdateExpression: `SET ${sets.join(', ')}`,
    ConditionExpression: rotation === undefined ? NOT_IDLE : `${NOT_IDLE} AND ${UNCONFIRMED}`,
    ExpressionAttributeValues: toItem({
      ':now': now,
      ':idle_expires_at': isUse ? idleExpiryAfter(now, idle, session) : undefined,
      ':unconfirmed': rotation === undefined ? undefined : confirmationOf(rotation),
    }),
    ReturnValues: 'NONE',
  } as const;
  try {
    await items.updateItem(update);
    return 'touched';
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'gone';
    throw error;
  }
}
