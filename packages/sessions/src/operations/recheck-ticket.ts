import { epochSeconds } from '@cloakroom/core';
import type { SessionAddress } from '../model/session-id.ts';
import { assignments } from '../table/assignments.ts';
import { ACTIVE_OF_NO_PROVIDER_SESSION, ACTIVE_OF_PROVIDER_SESSION } from '../table/conditions.ts';
import { getSession } from '../table/get-session.ts';
import { sessionKey, tokensKey } from '../table/item-key.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { UNLEASED } from '../table/token-conditions.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { NO_LEASE } from '../tokens/lease.ts';
import type { TokenItem } from '../tokens/token-item.ts';
import { type Confirmation, confirmedAttributes, confirmedTicket, type TicketSession } from './confirmed-ticket.ts';

export interface TicketRecheck extends SessionAddress, Confirmation {
  /** The session at the provider that the person is signed in with now, of an issuer that tells (see `Login.sidHash`). */
  readonly sidHash: string | undefined;
  /** Undefined where the tokens stay. */
  readonly tokens?: TokenItem | undefined;
}

/**
 * The provider has just said, to the browser of a ticket, that its person is signed in there. The ticket stays as it is, secret and
 * all, if it is active and comes from the same session at the provider. Neither the watermark nor a mark of the provider session is
 * asked: whoever ended other sessions and kept this one keeps it. One GetItem and one transaction.
 *
 * @returns false, and nothing is written, when there is no such session
 * @throws ContendedError when others were in the way until shortly before the deadline
 */
export async function recheckTicket(table: SessionTable, recheck: TicketRecheck): Promise<boolean> {
  const session = await getSession(table, recheck.user, recheck.id);
  if (session?.ticket === undefined) return false;
  const now = epochSeconds(table.nowMs());
  const confirmed = confirmedTicket({ ...session, ticket: session.ticket }, recheck, now);
  const outcome = await retryLostRaces('signIn', () => tryToRecheck(table, recheck, confirmed), table.races);
  return outcome === 'confirmed';
}

async function tryToRecheck(
  table: SessionTable,
  recheck: TicketRecheck,
  confirmed: TicketSession,
): Promise<'confirmed' | 'gone' | undefined> {
  const steps = [sessionStep(table, recheck, confirmed), ...tokensStep(table, recheck, confirmed)];
  const outcome = await runTransaction(table, steps);
  if (outcome.committed) return 'confirmed';
  if (outcome.failed.includes('session')) return 'gone';
  // Somebody is about to refresh the tokens that are there: these are not needed then.
  return outcome.failed.includes('tokens')
    ? tryToRecheck(table, { ...recheck, tokens: undefined }, confirmed)
    : undefined;
}

function sessionStep(
  { table: TableName, nowMs }: SessionTable,
  { sidHash }: TicketRecheck,
  confirmed: TicketSession,
): Step {
  const { ExpressionAttributeValues, ...update } = assignments(confirmedAttributes(confirmed));
  const values = { ':now': epochSeconds(nowMs()), ...(sidHash === undefined ? {} : { ':sid_hash': sidHash }) };
  const Update = {
    TableName,
    Key: toItem(sessionKey(confirmed.user, confirmed.id)),
    ...update,
    ConditionExpression: sidHash === undefined ? ACTIVE_OF_NO_PROVIDER_SESSION : ACTIVE_OF_PROVIDER_SESSION,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem(values) },
  };
  return { name: 'session', write: { Update } };
}

/** The item may not be there yet. It lives as long as the session, as `openTicket` has it. */
function tokensStep(
  { table: TableName, nowMs }: SessionTable,
  { tokens }: TicketRecheck,
  confirmed: TicketSession,
): Step[] {
  if (tokens === undefined) return [];
  const { user_key: _, item: __, ...sealed } = tokens;
  const fields = { ...sealed, ...NO_LEASE, ttl: confirmed.absoluteExpiresAt };
  const { ExpressionAttributeValues, ...update } = assignments(fields);
  const Update = {
    TableName,
    Key: toItem(tokensKey(confirmed.user, confirmed.id)),
    ...update,
    ConditionExpression: UNLEASED,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ':now_ms': nowMs() }) },
  };
  return [{ name: 'tokens', write: { Update } }];
}
