import { epochSeconds } from '@cloakroom/core';
import { clearCookie, setCookie } from '@cloakroom/http';
import { formatTicket, type TicketResult } from '@cloakroom/sessions';
import type { TokenHandlerDeps } from './deps.ts';

type Opened = Extract<TicketResult, { verdict: 'open' }>;

/** `Set-Cookie` of a new ticket. */
export function ticketCookie({ cookie, session }: Opened, deps: Pick<TokenHandlerDeps, 'cookie' | 'nowMs'>): string {
  const { name, isPersistent, ...attributes } = deps.cookie;
  const maxAgeSeconds = isPersistent ? session.absoluteExpiresAt - epochSeconds(deps.nowMs()) : undefined;
  return setCookie(name, formatTicket(cookie), { ...attributes, maxAgeSeconds });
}

export function noTicketCookie({
  cookie: { name, isPersistent: _, ...attributes },
}: Pick<TokenHandlerDeps, 'cookie'>): string {
  return clearCookie(name, attributes);
}
