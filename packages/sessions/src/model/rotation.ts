import { createHmac, randomBytes } from 'node:crypto';
import { toBase64url } from '@cloakroom/core';
import { isHashOf, secretHash } from './secret-hash.ts';
import type { Session } from './session.ts';
import type { TicketCookie } from './ticket.ts';
import type { TicketRotation, TicketState } from './ticket-state.ts';

/** How long a secret is valid after the one that follows it was first used: requests with it may be on their way. */
const GRACE_SECONDS = 30;

/** 128 bits. */
const NONCE_BYTES = 16;

/**
 * What a cookie is to the session under its id. `previous`: the answer with its successor may have been lost, or has just arrived.
 * `reuse`: it was the browser's own, and no longer is: somebody has a copy. `stranger`: anybody could have made it up.
 */
export type TicketMatch = 'current' | 'previous' | 'reuse' | 'stranger';

/** Compares in constant time. */
export function matchTicket(
  { ticket }: Pick<Session, 'ticket'>,
  cookie: Pick<TicketCookie, 'family' | 'secret'>,
  nowSeconds: number,
): TicketMatch {
  if (ticket === undefined || !isHashOf(cookie.family, ticket.familyHash)) return 'stranger';
  if (isHashOf(cookie.secret, ticket.secretHash)) return 'current';
  const { rotation } = ticket;
  return rotation !== undefined && isHashOf(cookie.secret, rotation.previousHash) && isInGrace(rotation, nowSeconds)
    ? 'previous'
    : 'reuse';
}

/** Whether the secret before is still valid. */
function isInGrace(rotation: TicketRotation, nowSeconds: number): boolean {
  return 'rotatedAt' in rotation || nowSeconds < rotation.confirmedAt + GRACE_SECONDS;
}

/** Whether the use of the secret of now is its first. */
export function isUnconfirmed({ ticket }: Pick<Session, 'ticket'>): boolean {
  return ticket?.rotation !== undefined && 'rotatedAt' in ticket.rotation;
}

/** A ticket with the secret that follows the cookie's, and that cookie. */
export interface Rotated {
  readonly cookie: TicketCookie;
  readonly secretHash: string;
  readonly rotation: TicketRotation;
}

/** To be called with the cookie of now: see {@link decideRenewal}. */
export function rotate(cookie: TicketCookie, nowSeconds: number): Rotated {
  const nonce = toBase64url(randomBytes(NONCE_BYTES));
  const secret = secretAfter(cookie.secret, nonce);
  return {
    cookie: { ...cookie, secret },
    secretHash: secretHash(secret),
    rotation: { previousHash: secretHash(cookie.secret), nonce, rotatedAt: nowSeconds },
  };
}

/** The cookie of now, for a browser that has it or the one before. */
export function currentCookie(cookie: TicketCookie, match: 'current' | 'previous', ticket: TicketState): TicketCookie {
  if (match === 'current' || ticket.rotation === undefined) return cookie;
  return { ...cookie, secret: secretAfter(cookie.secret, ticket.rotation.nonce) };
}

/** Without the secret before, the nonce tells nothing: a dump of the table opens no session. */
function secretAfter(secret: string, nonce: string): string {
  return createHmac('sha256', nonce).update(secret).digest('base64url');
}

/** What a refresh is to do. */
export interface RenewalPlan {
  readonly asksProvider: boolean;
  /** Whether its answer takes a new secret along. */
  readonly rotates: boolean;
}

/**
 * One refresh is enough for all that come within the grace: tabs that ask at once get the same. The secret stays where somebody may
 * still be without it, or has just got it: with one more rotation, the secret before would be unknown, and its browser a thief's.
 */
export function decideRenewal(ticket: TicketState, match: 'current' | 'previous', nowSeconds: number): RenewalPlan {
  const { recheckAt, renewedAt, rotation } = ticket;
  const isRecent = renewedAt !== undefined && nowSeconds < renewedAt + GRACE_SECONDS;
  const asksProvider = !isRecent || nowSeconds >= recheckAt;
  const isSettled = rotation === undefined || !isInGrace(rotation, nowSeconds);
  return { asksProvider, rotates: asksProvider && match === 'current' && isSettled };
}
