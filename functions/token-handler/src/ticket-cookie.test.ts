import type { Session, TicketResult } from '@cloakroom/sessions';
import { describe, expect, it } from '@jest/globals';
import { noTicketCookie, ticketCookie } from './ticket-cookie.ts';

const NOW = 1_790_000_000;
/** The longest that there are: a user of the longest issuer and subject. */
const user = { issuer: 'a'.repeat(32), sub: 's'.repeat(255) };
const opened = {
  verdict: 'open',
  evicted: [],
  replaced: [],
  cookie: { user, id: 'i'.repeat(22), family: 'f'.repeat(22), secret: 's'.repeat(43) },
  session: { absoluteExpiresAt: NOW + 3600 } as Session,
} as Extract<TicketResult, { verdict: 'open' }>;

const cookie = { name: '__Host-cloakroom', sameSite: 'Lax', isSecure: true, isPersistent: false } as const;
const nowMs = () => NOW * 1000;

describe('the cookie of a ticket', () => {
  it('ends with the browser, unless it is to last as long as the session', () => {
    expect(ticketCookie(opened, { cookie, nowMs })).not.toContain('Max-Age');
    expect(ticketCookie(opened, { cookie: { ...cookie, isPersistent: true }, nowMs })).toContain('; Max-Age=3600;');
  });

  it('keeps within what browsers keep, with the longest names', () => {
    expect(ticketCookie(opened, { cookie: { ...cookie, isPersistent: true }, nowMs }).length).toBeLessThan(1024);
  });

  it.each(['Lax', 'Strict', 'None'] as const)('is cleared as it was set (%s)', (sameSite) => {
    const cleared = noTicketCookie({ cookie: { ...cookie, sameSite } });
    expect(cleared).toBe(`__Host-cloakroom=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=${sameSite}`);
  });
});
