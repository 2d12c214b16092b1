import { CloakroomError } from '@cloakroom/core';
import type { CsrfRefusal } from '@cloakroom/http';
import type { SessionAddress } from '@cloakroom/sessions';

/** Why a ticket was refused, one stable word per cause. For the log alone: every caller gets the same 401. */
export type TicketRefusedReason =
  // two cookies of one name
  | 'ticket_duplicate'
  | 'ticket_malformed'
  // no page of ours has shown that it asks
  | 'csrf_refused'
  // of an issuer that is not configured any more
  | 'ticket_issuer_unknown'
  // there is no such session, or it has ended
  | 'ticket_unknown'
  // there is, and this is not its ticket
  | 'ticket_stranger'
  // it was its ticket once: somebody has a copy
  | 'ticket_reused'
  | 'ticket_expired'
  // the provider is to be asked again first, as it is each hour: the page refreshes its ticket, and is in again
  | 'ticket_recheck_due';

interface Refusal {
  /** Whose ticket it is. Not told of what anybody can make up. */
  readonly session?: SessionAddress;
  /** Which rule for requests with cookies it broke. */
  readonly rule?: CsrfRefusal;
}

/** The ticket lets nobody in. Answered as 401. */
export class TicketRefusedError extends CloakroomError {
  override readonly name = 'TicketRefusedError';
  readonly code = 'TICKET_REFUSED';
  readonly reason: TicketRefusedReason;
  readonly session: SessionAddress | undefined;
  readonly rule: CsrfRefusal | undefined;

  constructor(reason: TicketRefusedReason, { session, rule }: Refusal = {}) {
    super(`ticket refused: ${reason}`);
    this.reason = reason;
    this.session = session;
    this.rule = rule;
  }
}
