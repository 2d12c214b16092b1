import { epochSeconds } from '@cloakroom/core';
import { postponed } from '../model/recheck.ts';
import type { Session } from '../model/session.ts';
import { assignments } from '../table/assignments.ts';
import { ACTIVE_WITH_RECHECK } from '../table/conditions.ts';
import { sessionKey } from '../table/item-key.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { updateItem } from '../table/write-item.ts';

/**
 * Bridges an outage of the provider, for `graceSeconds` at most. Whoever was faster, or has ended the session, wins: then nothing is
 * written. At most one UpdateItem.
 */
export async function postponeRecheck(
  table: SessionTable,
  { user, id, ticket }: Pick<Session, 'user' | 'id' | 'ticket'>,
  graceSeconds: number,
): Promise<void> {
  if (ticket === undefined) return;
  const now = epochSeconds(table.nowMs());
  const recheck = postponed(ticket, now, graceSeconds);
  if (recheck === undefined) return;
  const { ExpressionAttributeValues, ...update } = assignments({
    recheck_at: recheck.recheckAt,
    recheck_due_at: recheck.recheckDueAt,
  });
  await updateItem(table, {
    Key: toItem(sessionKey(user, id)),
    ...update,
    ConditionExpression: ACTIVE_WITH_RECHECK,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...toItem({ ':now': now, ':recheck_at': ticket.recheckAt }),
    },
  });
}
