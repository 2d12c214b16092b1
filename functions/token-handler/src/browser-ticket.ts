import { epochSeconds } from '@cloakroom/core';
import { findCookie, type HttpRequest } from '@cloakroom/http';
import {
  type EndedSession,
  isActive,
  isOfFamily,
  matchTicket,
  parseTicket,
  type Session,
  type TicketCookie,
  type TicketSession,
} from '@cloakroom/sessions';
import type { TokenHandlerDeps } from './deps.ts';

/**
 * What the ticket of a request is to us. `stranger`: none that we can say anything about. `lapsed`: it has expired. `reused`: of the
 * right family, with another secret. `ended`: what became of its session.
 */
export type BrowserTicket =
  | { readonly is: 'absent' | 'stranger' }
  | ActiveTicket
  | { readonly is: 'lapsed' | 'reused'; readonly cookie: TicketCookie; readonly session: Session }
  | { readonly is: 'ended'; readonly cookie: TicketCookie; readonly ended: EndedSession };

/** `recheckAt` may be past: that is for whoever would let it in. */
export interface ActiveTicket {
  readonly is: 'active';
  readonly cookie: TicketCookie;
  readonly session: TicketSession;
  /** Whether the cookie has the secret of now, or the one before, which is still valid. */
  readonly match: 'current' | 'previous';
}

type Deps = Pick<TokenHandlerDeps, 'sessions' | 'cookie' | 'nowMs'>;

/** No read without a ticket, one for one that is active, two for one that has ended. @throws the errors of the table */
export async function readTicket(
  { headers }: Pick<HttpRequest<unknown>, 'headers'>,
  { sessions, cookie: { name }, nowMs }: Deps,
): Promise<BrowserTicket> {
  const found = findCookie(headers.cookie, name);
  if (found.outcome === 'absent') return { is: 'absent' };
  const cookie = found.outcome === 'found' ? parseTicket(found.value) : undefined;
  if (cookie === undefined) return { is: 'stranger' };
  const session = await sessions.get(cookie.user, cookie.id);
  if (session === undefined) {
    const ended = await sessions.getEnded(cookie.user, cookie.id);
    return ended !== undefined && isOfFamily(cookie, ended.familyHash)
      ? { is: 'ended', cookie, ended }
      : { is: 'stranger' };
  }
  const now = epochSeconds(nowMs());
  const match = matchTicket(session, cookie, now);
  if (match === 'stranger' || !isTicket(session)) return { is: 'stranger' };
  if (match === 'reuse') return { is: 'reused', cookie, session };
  return isActive(session, now) ? { is: 'active', cookie, session, match } : { is: 'lapsed', cookie, session };
}

function isTicket(session: Session): session is TicketSession {
  return session.ticket !== undefined;
}
