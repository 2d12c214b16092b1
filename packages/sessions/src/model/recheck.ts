import type { Session } from './session.ts';
import type { TicketState } from './ticket-state.ts';

/** A person who is disabled at the provider is out by then. */
const LONGEST_SECONDS = 60 * 60;
/** An outage of the provider is bridged by so much at a time. */
const POSTPONED_BY_SECONDS = 5 * 60;

interface RefreshLifetimes {
  /** How long the refresh token lives unused, by the provider's own answer. */
  readonly refreshExpiresInSeconds?: number | undefined;
  /** The same, by configuration. */
  readonly refreshIdleSeconds?: number | undefined;
}

/** How long after an answer of the provider it is asked again: half of the life of an unused refresh token, an hour at most. */
export function recheckInterval({ refreshExpiresInSeconds, refreshIdleSeconds }: RefreshLifetimes): number {
  const idleSeconds = refreshExpiresInSeconds ?? refreshIdleSeconds ?? Number.POSITIVE_INFINITY;
  return Math.min(LONGEST_SECONDS, Math.floor(idleSeconds / 2));
}

/** Whether the ticket lets nobody in before the provider has been asked. Nothing else has a recheck. */
export function isRecheckDue({ ticket }: Pick<Session, 'ticket'>, nowSeconds: number): boolean {
  return ticket !== undefined && nowSeconds >= ticket.recheckAt;
}

type Recheck = Pick<TicketState, 'recheckAt' | 'recheckDueAt'>;

/**
 * When to ask again after the provider did not answer: a little later, and at most `graceSeconds` after it was to be asked first.
 * Undefined where that is no later than it is already.
 */
export function postponed(
  { recheckAt, recheckDueAt = recheckAt }: Recheck,
  nowSeconds: number,
  graceSeconds: number,
): Required<Recheck> | undefined {
  const later = Math.min(nowSeconds + POSTPONED_BY_SECONDS, recheckDueAt + graceSeconds);
  return later > recheckAt ? { recheckAt: later, recheckDueAt } : undefined;
}
