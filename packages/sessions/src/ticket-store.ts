import type { JsonText } from '@cloakroom/core';
import type { Session } from './model/session.ts';
import type { SessionAddress } from './model/session-id.ts';
import type { TicketSession } from './operations/confirmed-ticket.ts';
import { type HandInRequest, handIn } from './operations/hand-in.ts';
import { lapseSession } from './operations/lapse-session.ts';
import { type OpenedTicket, type OpeningRequest, openTicket, type TicketResult } from './operations/open-ticket.ts';
import { postponeRecheck } from './operations/postpone-recheck.ts';
import { recheckTicket, type TicketRecheck } from './operations/recheck-ticket.ts';
import { renewTicket, type TicketRenewal } from './operations/renew-ticket.ts';
import type { SessionRequest } from './operations/require-session.ts';
import { type SessionStoreOptions, sessionTableOf } from './session-store.ts';
import { getClaims } from './tokens/get-claims.ts';

/**
 * What the token handler does with the sessions of tickets, beside what a `SessionStore` does with all: no other function carries the
 * code for it.
 */
export interface TicketStore {
  /** Opens the session of a code exchange. One Query, at most three GetItems and one transaction. @throws see `openTicket` */
  openTicket(request: OpeningRequest): Promise<TicketResult>;
  /** Opens a ticket for tokens that were handed in, once per login. One Query, at most five GetItems and one transaction. @throws see `handIn` */
  handIn(request: HandInRequest): Promise<OpenedTicket>;
  /** Writes down what the provider gave for a ticket. One transaction. @throws see `renewTicket` */
  renewTicket(renewal: TicketRenewal): Promise<TicketSession | undefined>;
  /** The same, where the browser itself has asked the provider. One GetItem and one transaction. @throws see `recheckTicket` */
  recheckTicket(recheck: TicketRecheck): Promise<boolean>;
  /** Bridges an outage of the provider. At most one UpdateItem. @see postponeRecheck */
  postponeRecheck(session: Pick<Session, 'user' | 'id' | 'ticket'>, graceSeconds: number): Promise<void>;
  /** Ends a session that its provider no longer stands for, as `expired`. One read, one transaction. @throws ConflictError */
  lapse(request: SessionRequest): Promise<void>;
  /** What a page may see of the person of a ticket. One GetItem. */
  getClaims(address: SessionAddress): Promise<JsonText | undefined>;
}

export function createTicketStore(options: SessionStoreOptions): TicketStore {
  const table = sessionTableOf(options);
  return {
    openTicket: (request) => openTicket(table, request),
    handIn: (request) => handIn(table, request),
    renewTicket: (renewal) => renewTicket(table, renewal),
    recheckTicket: (recheck) => recheckTicket(table, recheck),
    postponeRecheck: (session, graceSeconds) => postponeRecheck(table, session, graceSeconds),
    lapse: (request) => lapseSession(table, request),
    getClaims: (address) => getClaims(table, address),
  };
}
