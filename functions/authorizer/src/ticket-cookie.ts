const TICKET = '__Host-cloakroom';

/** Whether one of these cookie headers holds a ticket. Sees one in any position, also where a gateway joined headers by comma. */
export function hasTicketCookie(cookieHeaders: readonly string[]): boolean {
  return cookieHeaders
    .flatMap((header) => header.split(/[;,]/))
    .some((cookie) => cookie.split('=', 1)[0]?.trim() === TICKET);
}
