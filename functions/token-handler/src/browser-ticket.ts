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
} from '@cloakroom/sessions';
import type { TokenHandlerDeps } from './deps.ts';

/**
 * What the ticket of a request is to us. `stranger`: none that we can say anything about. `lapsed`: it has expired. `reused`: of the
 * right family, with another secret. `ended`: what became of its session.
 */
export type BrowserTicket =
  | { readonly is: 'absent' | 'stranger' }
  | { readonly is: 'active' | 'lapsed' | 'reused'; readonly cookie: TicketCookie; readonly session: Session }
  | { readonly is: 'ended'; readonly cookie: TicketCookie; readonly ended: EndedSession };

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
  const match = matchTicket(session, cookie);
  if (match === 'stranger') return { is: 'stranger' };
  if (match === 'reuse') return { is: 'reused', cookie, session };
  return { is: isActive(session, epochSeconds(nowMs())) ? 'active' : 'lapsed', cookie, session };
}
