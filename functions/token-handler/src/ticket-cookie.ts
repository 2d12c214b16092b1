import { epochSeconds } from '@cloakroom/core';
import { clearCookie, setCookie } from '@cloakroom/http';
import { formatTicket, type Session, type TicketCookie } from '@cloakroom/sessions';
import type { TokenHandlerDeps } from './deps.ts';

interface Ticket {
  readonly cookie: TicketCookie;
  readonly session: Pick<Session, 'absoluteExpiresAt'>;
}

/** `Set-Cookie` of a ticket. */
export function ticketCookie({ cookie, session }: Ticket, deps: Pick<TokenHandlerDeps, 'cookie' | 'nowMs'>): string {
  const { name, isPersistent, ...attributes } = deps.cookie;
  const maxAgeSeconds = isPersistent ? session.absoluteExpiresAt - epochSeconds(deps.nowMs()) : undefined;
  return setCookie(name, formatTicket(cookie), { ...attributes, maxAgeSeconds });
}

export function noTicketCookie({
  cookie: { name, isPersistent: _, ...attributes },
}: Pick<TokenHandlerDeps, 'cookie'>): string {
  return clearCookie(name, attributes);
}
