import { epochSeconds, type HeldRole } from '@cloakroom/core';
import { keptClaims } from '../model/new-session.ts';
import type { Rotated } from '../model/rotation.ts';
import type { Session } from '../model/session.ts';
import type { TicketState } from '../model/ticket-state.ts';
import { assignments } from '../table/assignments.ts';
import { ACTIVE_WITH_SECRET, LEASED } from '../table/conditions.ts';
import { sessionKey, tokensKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { formatRotation } from '../table/ticket-attributes.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { NO_LEASE } from '../tokens/lease.ts';
import type { TokenItem } from '../tokens/token-item.ts';

/** What the provider says now that the person may do. */
export interface Rights {
  readonly scope: string;
  readonly groups: readonly string[];
  readonly roles?: readonly HeldRole[];
}

export type TicketSession = Session & { readonly ticket: TicketState };

export interface TicketRenewal {
  /** As it was read under the lease. */
  readonly session: TicketSession;
  readonly leaseId: string;
  /** How long until the provider is asked again; see `recheckInterval`. */
  readonly recheckSeconds: number;
  /** Undefined where the secret stays. */
  readonly rotated?: Rotated | undefined;
  /** Undefined where the tokens stay. */
  readonly tokens?: TokenItem | undefined;
  /** Undefined where they stay. */
  readonly rights?: Rights | undefined;
}

/**
 * Writes down what the provider gave for a ticket, and gives back the lease, in one transaction: there is no moment at which the
 * session has new tokens and the old secret, or the other way round. Undefined when the session has ended or changed, or the lease
 * was lost: nothing is written then, and what is there now must decide.
 *
 * @throws ContendedError when others were in the way until shortly before the deadline
 */
export async function renewTicket(table: SessionTable, renewal: TicketRenewal): Promise<TicketSession | undefined> {
  const { session, recheckSeconds, rotated, rights } = renewal;
  const now = epochSeconds(table.nowMs());
  const { recheckDueAt: _, ...state } = session.ticket;
  const ticket: TicketState = {
    ...state,
    recheckAt: now + recheckSeconds,
    renewedAt: now,
    ...(rotated === undefined ? {} : { secretHash: rotated.secretHash, rotation: rotated.rotation }),
  };
  const renewed = { ...withRights(session, rights), ticket };
  const steps = [sessionStep(table.table, renewal, renewed, now), tokensStep(table.table, renewal)];
  const outcome = await retryLostRaces('signIn', () => tryToRenew(table, steps), table.races);
  return outcome === 'committed' ? renewed : undefined;
}

async function tryToRenew(table: SessionTable, steps: readonly Step[]): Promise<'committed' | 'changed' | undefined> {
  const outcome = await runTransaction(table, steps);
  if (outcome.committed) return 'committed';
  return outcome.failed.length > 0 ? 'changed' : undefined;
}

/** Whoever has lost a group or a role at the provider has lost it here by the next recheck. */
function withRights(session: Session, rights: Rights | undefined): Session {
  if (rights === undefined) return session;
  const { acr, amr, roles: _, ...rest } = session;
  const { roles } = rights;
  const proof = { ...(acr === undefined ? {} : { acr }), ...(amr === undefined ? {} : { amr }) };
  return { ...rest, ...proof, ...keptClaims({ ...rights, ...proof }), ...(roles === undefined ? {} : { roles }) };
}

function sessionStep(
  TableName: string,
  { session, rotated, rights }: TicketRenewal,
  renewed: TicketSession,
  now: number,
): Step {
  const { recheckAt, renewedAt } = renewed.ticket;
  const { ExpressionAttributeValues, ...update } = assignments({
    recheck_at: recheckAt,
    recheck_due_at: undefined,
    renewed_at: renewedAt,
    ...(rotated === undefined ? {} : { secret_hash: rotated.secretHash, ...formatRotation(rotated.rotation) }),
    ...(rights === undefined ? {} : { scope: renewed.scope, groups: renewed.groups, roles: renewed.roles }),
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
