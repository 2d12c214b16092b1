import type { HeldRole, Login, User } from '@cloakroom/core';
import { idleExpiryAfter, type Lifetimes } from './lifetime.ts';
import { type ClientInfo, type EntryPolicy, keptClaims } from './new-session.ts';
import type { Session } from './session.ts';
import type { SessionAddress } from './session-id.ts';
import type { TicketHashes } from './ticket.ts';

/** A sign-in as its verified ID token tells it: of our own code exchange, or handed in. Times are epoch seconds. */
export interface Exchange {
  readonly user: User;
  readonly clientId: string;
  /** By the provider's clock; of a provider that tells none, its `iat`. */
  readonly authTime: number;
  /** `iat`, by the provider's clock. */
  readonly issuedAt: number;
  /** When the provider's answer came, by our clock. */
  readonly receivedAt: number;
  /** Whether the provider asked the person for nothing. */
  readonly isSilent: boolean;
  /** See `Login`. */
  readonly sidHash?: string;
  readonly sidKey?: string;
  readonly scope: string;
  readonly groups: readonly string[];
  readonly roles?: readonly HeldRole[];
  readonly acr?: string;
  readonly amr?: readonly string[];
}

export interface TicketPolicy extends EntryPolicy {
  readonly absoluteSeconds: number;
}

export interface TicketRequest {
  readonly exchange: Exchange;
  readonly client: ClientInfo;
  /** The session of the ticket that the browser held before, whosever it is: the new one takes its place. */
  readonly replaces?: SessionAddress | undefined;
  /** Of tokens that were handed in: the login that ends for the ticket, and whose own session goes, if it has one. */
  readonly login?: Login | undefined;
  readonly policy: TicketPolicy;
  /** How long until the provider is asked again; see `recheckInterval`. */
  readonly recheckSeconds: number;
}

/** The session that a code exchange opens now. `now` is when it begins. */
export function newTicketSession(
  { exchange, client, policy, recheckSeconds }: TicketRequest,
  { id, hashes, now }: { readonly id: string; readonly hashes: TicketHashes; readonly now: number },
  { idle, loginMaxLifetimeSeconds }: Lifetimes,
): Session & Required<Pick<Session, 'ticket'>> {
  const { user, clientId, authTime, sidHash, roles } = exchange;
  const absoluteExpiresAt = now + policy.absoluteSeconds;
  return {
    user,
    id,
    kind: 'ticket',
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt: idleExpiryAfter(now, idle, { kind: 'ticket' }),
    absoluteExpiresAt,
    authTime,
    loginId: id,
    clientId,
    ...keptClaims(exchange),
    ...(roles === undefined ? {} : { roles }),
    ip: client.ip,
    userAgent: client.userAgent,
    ...(client.device === undefined ? {} : { device: client.device }),
    ...(sidHash === undefined ? {} : { sidHash }),
    ticket: { ...hashes, recheckAt: now + recheckSeconds },
    version: 1,
    // What ended unnoticed must still be known: see newBearerSession.
    ttl: absoluteExpiresAt + loginMaxLifetimeSeconds,
  };
}
