import { epochSeconds } from '@cloakroom/core';
import type { Rotated } from '../model/rotation.ts';
import { assignments } from '../table/assignments.ts';
import { ACTIVE_WITH_SECRET } from '../table/conditions.ts';
import { sessionKey, tokensKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { formatRotation } from '../table/ticket-attributes.ts';
import { LEASED } from '../table/token-conditions.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { NO_LEASE } from '../tokens/lease.ts';
import type { TokenItem } from '../tokens/token-item.ts';
import { type Confirmation, confirmedAttributes, confirmedTicket, type TicketSession } from './confirmed-ticket.ts';

export interface TicketRenewal extends Confirmation {
  /** As it was read under the lease. */
  readonly session: TicketSession;
  readonly leaseId: string;
  /** Undefined where the secret stays. */
  readonly rotated?: Rotated | undefined;
  /** Undefined where the tokens stay. */
  readonly tokens?: TokenItem | undefined;
}

/**
 * Writes down what the provider gave for a ticket, and gives back the lease, in one transaction: there is no moment at which the
 * session has new tokens and the old secret, or the other way round. Undefined when the session has ended or changed, or the lease
 * was lost: nothing is written then, and what is there now must decide.
 *
 * @throws ContendedError when others were in the way until shortly before the deadline
 */
export async function renewTicket(table: SessionTable, renewal: TicketRenewal): Promise<TicketSession | undefined> {
  const { rotated } = renewal;
  const now = epochSeconds(table.nowMs());
  const confirmed = confirmedTicket(renewal.session, renewal, now);
  const { secretHash, rotation } = { ...confirmed.ticket, ...rotated };
  const renewed = { ...confirmed, ticket: { ...confirmed.ticket, secretHash, ...(rotation && { rotation }) } };
  const steps = [sessionStep(table.table, renewal, renewed, now), tokensStep(table.table, renewal)];
  const outcome = await retryLostRaces('signIn', () => tryToRenew(table, steps), table.races);
  return outcome === 'committed' ? renewed : undefined;
}

async function tryToRenew(table: SessionTable, steps: readonly Step[]): Promise<'committed' | 'changed' | undefined> {
  const outcome = await runTransaction(table, steps);
  if (outcome.committed) return 'committed';
  return outcome.failed.length > 0 ? 'changed' : undefined;
}

function sessionStep(
  TableName: string,
  { session, rotated }: TicketRenewal,
  renewed: TicketSession,
  now: number,
): Step {
  const { ExpressionAttributeValues, ...update } = assignments({
    ...confirmedAttributes(renewed),
    ...(rotated === undefined ? {} : { secret_hash: rotated.secretHash, ...formatRotation(rotated.rotation) }),
  });
  const Update = {
    TableName,
    Key: toItem(sessionKey(session.user, session.id)),
    ...update,
    ConditionExpression: ACTIVE_WITH_SECRET,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...toItem({ ':now': now, ':secret_hash': session.ticket.secretHash }),
    },
  };
  return { name: 'session', write: { Update } };
}

function tokensStep(TableName: string, { session, leaseId, tokens }: TicketRenewal): Step {
  const { user_key: _, item: __, ...sealed } = tokens ?? tokensKey(session.user, session.id);
  const { ExpressionAttributeValues, ...update } = assignments({ ...sealed, ...NO_LEASE });
  const Update = {
    TableName,
    Key: toItem(tokensKey(session.user, session.id)),
    ...update,
    ConditionExpression: LEASED,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ':lease_id': leaseId }) },
  };
  return { name: 'tokens', write: { Update } };
}
