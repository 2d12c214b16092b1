import type { Login } from '@cloakroom/core';
import { LoginEndedError } from '../model/errors.ts';
import type { ExchangeVerdict } from '../model/judge-exchange.ts';
import { remedyAgainstWatermark, remedyOf } from '../model/remedy.ts';
import type { SessionTable } from '../table/table.ts';
import { type OpenedTicket, type OpeningRequest, openTicket } from './open-ticket.ts';

export interface HandInRequest extends OpeningRequest {
  /** That of the tokens. */
  readonly login: Login;
}

/**
 * Opens a ticket for tokens that somebody else got at the provider, once per login: the same transaction ends the login, so that no
 * token of it opens anything any more, by whatever way, refreshed or not, also after the ticket has ended. A bearer session that
 * the login has ends too, as `replaced`, and its data goes on.
 *
 * What a code exchange is judged by counts here, and what stands against bearers. There is no second round at the provider: its client
 * is told the remedy. Takes one Query, one or two reads of marks, one more for each session that goes, and one transaction.
 *
 * @throws LoginEndedError, SignInTooEarlyError, SessionLimitError what the rules refuse
 * @throws ContendedError when others were in the way until shortly before the deadline
 * @throws StoredItemError and the errors of AWS
 */
export async function handIn(table: SessionTable, request: HandInRequest): Promise<OpenedTicket> {
  const result = await openTicket(table, request);
  if (result.verdict === 'leave_first') throw new LoginEndedError(remedyAgainst(result.why, request.login));
  return result;
}

/** A login that came before everybody had to prove anew who they are needs that proof. */
function remedyAgainst(why: (ExchangeVerdict & { verdict: 'leave_first' })['why'], login: Login) {
  return why === 'ended' ? remedyAgainstWatermark(login) : remedyOf(login);
}
