import { randomBytes } from 'node:crypto';
import { fromBase64url, toBase64url, type User } from '@cloakroom/core';
import { isHashOf, secretHash } from './secret-hash.ts';
import { parsePublicSessionId, publicSessionId, type SessionAddress } from './session-id.ts';
import type { TicketState } from './ticket-state.ts';

/** What the cookie of a ticket says: whose session it is, and the two things that only its browser knows. */
export interface TicketCookie extends SessionAddress {
  /** 128 bits, base64url: stays the same as long as the session lives. */
  readonly family: string;
  /** 256 bits, base64url. */
  readonly secret: string;
}

/** 128 bits. */
const ID_BYTES = 16;
const FAMILY_BYTES = 16;
const SECRET_BYTES = 32;

export type TicketHashes = Pick<TicketState, 'familyHash' | 'secretHash'>;

/** A new ticket for a user: the cookie for the browser, and what the table may know of it. */
export function newTicket(user: User): { readonly cookie: TicketCookie; readonly hashes: TicketHashes } {
  const random = (bytes: number) => toBase64url(randomBytes(bytes));
  const cookie = { user, id: random(ID_BYTES), family: random(FAMILY_BYTES), secret: random(SECRET_BYTES) };
  return { cookie, hashes: { familyHash: secretHash(cookie.family), secretHash: secretHash(cookie.secret) } };
}

/** The cookie's value: `<public session id>.<family>.<secret>`. */
export function formatTicket({ user, id, family, secret }: TicketCookie): string {
  return `${publicSessionId(user, id)}.${family}.${secret}`;
}

/** The inverse of {@link formatTicket}; undefined for anything it does not write, another spelling of the same bytes included. */
export function parseTicket(value: string): TicketCookie | undefined {
  const [key, id, family, secret, ...more] = value.split('.');
  if (key === undefined || id === undefined || family === undefined || secret === undefined) return undefined;
  const address = parsePublicSessionId(`${key}.${id}`);
  const isWhole = isRandom(family, FAMILY_BYTES) && isRandom(secret, SECRET_BYTES) && more.length === 0;
  return address === undefined || !isWhole ? undefined : { ...address, family, secret };
}

/** Whether the cookie is of a ticket with this family. */
export function isOfFamily({ family }: Pick<TicketCookie, 'family'>, familyHash: string | undefined): boolean {
  return familyHash !== undefined && isHashOf(family, familyHash);
}

function isRandom(text: string, bytes: number): boolean {
  return fromBase64url(text)?.length === bytes;
}
