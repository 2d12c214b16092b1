import { epochSeconds } from '@cloakroom/core';
import type { Session } from '../model/session.ts';
import type { SessionAddress } from '../model/session-id.ts';
import { assignments } from '../table/assignments.ts';
import { ACTIVE, OF_NO_PROVIDER_SESSION, OF_PROVIDER_SESSION, UNLEASED } from '../table/conditions.ts';
import { getSession } from '../table/get-session.ts';
import { sessionKey, tokensKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { NO_LEASE } from '../tokens/lease.ts';
import type { TokenItem } from '../tokens/token-item.ts';
import { type Rights, withRights } from './renew-ticket.ts';

export interface TicketRecheck extends SessionAddress {
  /** The session at the provider that the person is signed in with now, of an issuer that tells (see `Login.sidHash`). */
  readonly sidHash: string | undefined;
  /** How long until the provider is asked again; see `recheckInterval`. */
  readonly recheckSeconds: number;
  readonly rights: Rights;
  /** Undefined where the tokens stay. */
  readonly tokens?: TokenItem | undefined;
}

/**
 * The provider has just said, to the browser of a ticket, that its person is signed in there. The ticket stays as it is, secret and
 * all, if it is active and comes from the same session at the provider. Neither the watermark nor a mark of the provider session is
 * asked: whoever ended other sessions and kept this one keeps it. One GetItem and one transaction.
 *
 * @returns undefined, and nothing is written, when there is no such session
 * @throws ContendedError when others were in the way until shortly before the deadline
 */
export async function recheckTicket(table: SessionTable, recheck: TicketRecheck): Promise<Session | undefined> {
  const session = await getSession(table, recheck.user, recheck.id);
  if (session?.ticket === undefined) return undefined;
  const now = epochSeconds(table.nowMs());
  const { recheckDueAt: _, ...state } = session.ticket;
  const ticket = { ...state, recheckAt: now + recheck.recheckSeconds, renewedAt: now };
  const rechecked = { ...withRights(session, recheck.rights), ticket };
  const outcome = await retryLostRaces('signIn', () => tryToRecheck(table, recheck, rechecked), table.races);
  return outcome === 'committed' ? rechecked : undefined;
}

type Rechecked = Session & { readonly ticket: TicketState };

async function tryToRecheck(
  table: SessionTable,
  recheck: TicketRecheck,
  rechecked: Rechecked,
): Promise<'committed' | 'gone' | undefined> {
  const now = epochSeconds(table.nowMs());
  const session = sessionStep(table, recheck, rechecked, now);
  const tokens = tokensSteps(table, recheck, rechecked);
  const outcome = await runTransaction(table, [session, ...tokens]);
  if (outcome.committed) return 'committed';
  if (outcome.failed.includes('session')) return 'gone';
  // Somebody is about to refresh the tokens that are there: these two are not needed both.
  return outcome.failed.includes('tokens') ? tryToRecheck(table, { ...recheck, tokens: undefined }, rechecked) : undefined;
}

function sessionStep({ table: TableName }: SessionTable, { sidHash }: TicketRecheck, rechecked: Rechecked, now: number): Step {
  const { user, id, scope, groups, roles, ticket } = rechecked;
  const { ExpressionAttributeValues, ...update } = assignments({
    recheck_at: ticket.recheckAt,
    recheck_due_at: undefined,
    renewed_at: ticket.renewedAt,
    scope,
    groups,
    roles,
  });
  const values = { ':now': now, ...(sidHash === undefined ? {} : { ':sid_hash': sidHash }) };
  const Update = {
    TableName,
    Key: toItem(sessionKey(user, id)),
    ...update,
    ConditionExpression: `${ACTIVE} AND ${sidHash === undefined ? OF_NO_PROVIDER_SESSION : OF_PROVIDER_SESSION}`,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem(values) },
  };
  return { name: 'session', write: { Update } };
}

/** The item may not be there yet: it lives as long as the session, as `openTicket` has it. */
function tokensSteps({ table: TableName, nowMs }: SessionTable, { tokens }: TicketRecheck, rechecked: Rechecked): Step[] {
  if (tokens === undefined) return [];
  const { user_key: _, item: __, ...sealed } = tokens;
  const { ExpressionAttributeValues, ...update } = assignments({
    ...sealed,
    ...NO_LEASE,
    ttl: rechecked.absoluteExpiresAt,
  });
  const Update = {
    TableName,
    Key: toItem(tokensKey(rechecked.user, rechecked.id)),
    ...update,
    ConditionExpression: UNLEASED,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ':now_ms': nowMs() }) },
  };
  return [{ name: 'tokens', write: { Update } }];
}
