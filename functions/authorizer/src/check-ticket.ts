import { BACKGROUND_HEADER, epochSeconds } from '@cloakroom/core';
import { judgeCookieRequest, type TicketRules } from '@cloakroom/http';
import {
  isActive,
  isRecheckDue,
  isUnconfirmed,
  matchTicket,
  parseTicket,
  type Session,
  type SessionStore,
  type TicketCookie,
} from '@cloakroom/sessions';
import { noteUse, type UseDeps } from './note-use.ts';
import type { AuthorizerRequest, Credential } from './request.ts';
import { TicketRefusedError } from './ticket-refused.ts';

export interface TicketCheckDeps extends UseDeps {
  readonly sessions: UseDeps['sessions'] & Pick<SessionStore, 'get'>;
  readonly tickets: TicketRules;
  /** Whether an issuer of this alias is configured: what a token of another one opens, a ticket must not either. */
  readonly isIssuer: (alias: string) => boolean;
}

type Ticket = Extract<Credential, { type: 'ticket' }>;

/**
 * Finds the session whose ticket a request has, and writes down that it is used. One strongly consistent GetItem.
 *
 * @throws TicketRefusedError for every ticket that lets nobody in
 * @throws whatever the session store throws: a failed read is never "no session"
 */
export type CheckTicket = (request: AuthorizerRequest, ticket: Ticket) => Promise<Session>;

export function createTicketCheck(deps: TicketCheckDeps): CheckTicket {
  return async (request, { value, method }) => {
    const { allowedOrigins } = deps.tickets;
    const rule = judgeCookieRequest({ method, header: request.header, allowedOrigins });
    if (rule !== undefined) throw new TicketRefusedError('csrf_refused', { rule });
    const cookie = parseTicket(value);
    if (cookie === undefined) throw new TicketRefusedError('ticket_malformed');
    if (!deps.isIssuer(cookie.user.issuer)) throw new TicketRefusedError('ticket_issuer_unknown');
    const found = await findTicket(deps, cookie);
    // A page that asks by itself is no use: it would keep a session alive that nobody sits at.
    const use = { isUse: request.header(BACKGROUND_HEADER) !== '1', isFirst: found.isFirst };
    if (await noteUse(deps, found.session, use)) return found.session;
    return (await findTicket(deps, cookie)).session;
  };
}

interface Found {
  readonly session: Session;
  /** Whether the cookie's secret is the session's newest, and was not used before. From its use on, the one before has its time. */
  readonly isFirst: boolean;
}

/**
 * A ticket that was its session's own once ends nothing here, and one whose provider must be asked again asks nobody: the token
 * handler does, where a refused client turns next.
 */
async function findTicket({ sessions, nowMs }: TicketCheckDeps, cookie: TicketCookie): Promise<Found> {
  const session = await sessions.get(cookie.user, cookie.id);
  if (session?.kind !== 'ticket') throw new TicketRefusedError('ticket_unknown');
  const now = epochSeconds(nowMs());
  const match = matchTicket(session, cookie, now);
  if (match === 'stranger') throw new TicketRefusedError('ticket_stranger');
  if (match === 'reuse') throw new TicketRefusedError('ticket_reused', { session });
  if (!isActive(session, now)) throw new TicketRefusedError('ticket_expired', { session });
  if (isRecheckDue(session, now)) throw new TicketRefusedError('ticket_recheck_due', { session });
  return { session, isFirst: match === 'current' && isUnconfirmed(session) };
}
