import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { epochSeconds } from '@cloakroom/core';
import { idleExpiryAfter } from '../model/lifetime.ts';
import type { Session } from '../model/session.ts';
import { NOT_IDLE } from './conditions.ts';
import { sessionKey } from './item-key.ts';
import { type SessionTable, toItem } from './table.ts';

/** `gone`: the session has ended or expired since it was read. Read it again, and decide on that. */
export type TouchOutcome = 'touched' | 'gone';

/**
 * Writes down that the session is used now. The request names the key, `last_seen_at` and `idle_expires_at` alone, and asks for
 * nothing back. So IAM can limit the authorizer to these (`dynamodb:Attributes`, `dynamodb:ReturnValues`).
 */
export async function touchSession(
  { dynamodb, table, nowMs, idle }: SessionTable,
  session: Pick<Session, 'user' | 'id' | 'kind' | 'idle'>,
): Promise<TouchOutcome> {
  const now = epochSeconds(nowMs());
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toItem(sessionKey(session.user, session.id)),
    UpdateExpression: 'SET last_seen_at = :now, idle_expires_at = :idle_expires_at',
    ConditionExpression: NOT_IDLE,
    ExpressionAttributeValues: toItem({ ':now': now, ':idle_expires_at': idleExpiryAfter(now, idle, session) }),
    ReturnValues: 'NONE',
  });
  try {
    await dynamodb.send(command);
    return 'touched';
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'gone';
    throw error;
  }
}
