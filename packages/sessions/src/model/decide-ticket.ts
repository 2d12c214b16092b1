import { activeSessions, HOUR_SECONDS, refusalByLimit, surplus, withinHour } from './decide-creation.ts';
import { CreationRateError, type SessionLimitError, SignInClosedError } from './errors.ts';
import { type ExchangeVerdict, judgeExchange } from './judge-exchange.ts';
import { isActive } from './lifetime.ts';
import { MAX_ENDINGS_WITH_CREATION } from './new-session.ts';
import type { TicketRequest } from './new-ticket.ts';
import type { Session, UserSnapshot } from './session.ts';

/** Sign-ins in which the provider asked the person for nothing, of one user within any hour. Nobody needs more; a loop would. */
const MAX_SILENT_PER_HOUR = 20;

/** What to do about a code exchange, decided by what was read. The transaction fails if that has changed since. */
export type TicketDecision =
  | (ExchangeVerdict & { readonly verdict: 'leave_first' })
  | { readonly verdict: 'refuse'; readonly error: SessionLimitError | CreationRateError | SignInClosedError }
  | { readonly verdict: 'open'; readonly evict: readonly Session[]; readonly expire: readonly Session[] };

export interface TicketCase {
  readonly request: TicketRequest;
  readonly snapshot: UserSnapshot;
  /** Whether the session at the provider is burnt. */
  readonly isBurnt: boolean;
  /** Epoch seconds. */
  readonly now: number;
  readonly loginMaxLifetimeSeconds: number;
}

/** The rules for new tickets. The sessions that the new one replaces have left the limit. */
export function decideTicket({ request, snapshot, isBurnt, now, loginMaxLifetimeSeconds }: TicketCase): TicketDecision {
  const { exchange, policy, replaces, login } = request;
  // Before a judgement that would send the browser out of the provider's session first.
  if (policy.bootstrap === 'off' && !isHeldBy(snapshot, replaces, now)) {
    return { verdict: 'refuse', error: new SignInClosedError() };
  }
  const judged = judgeExchange({ ...exchange, ...snapshot.record, isBurnt, loginMaxLifetimeSeconds });
  if (judged.verdict === 'leave_first') return judged;
  const leaving = [replaces?.id, login?.loginId];
  const others = snapshot.sessions.filter((session) => !leaving.includes(session.id) || !isActive(session, now));
  const active = activeSessions({ sessions: others }, now);
  const error = refusalByLimit({ sessions: active }, policy) ?? refusalBySilence(request, snapshot, now);
  if (error !== undefined) return { verdict: 'refuse', error };
  const evict = surplus(active, policy, exchange.sidHash).slice(0, MAX_ENDINGS_WITH_CREATION);
  const expired = others.filter((session) => !isActive(session, now));
  return { verdict: 'open', evict, expire: expired.slice(0, MAX_ENDINGS_WITH_CREATION - evict.length) };
}

/** Whether the browser has an active session of the same person, which the new one is to replace. */
function isHeldBy({ sessions }: UserSnapshot, replaces: TicketRequest['replaces'], now: number): boolean {
  return sessions.some((session) => session.kind === 'ticket' && session.id === replaces?.id && isActive(session, now));
}

function refusalBySilence({ exchange }: TicketRequest, { record }: UserSnapshot, now: number) {
  if (!exchange.isSilent) return undefined;
  const oldestThatCounts = withinHour(record.recentSilent, now).at(-MAX_SILENT_PER_HOUR);
  return oldestThatCounts === undefined ? undefined : new CreationRateError(oldestThatCounts + HOUR_SECONDS - now);
}

/** The silent exchanges of a user after this one. */
export function silentAfter({ exchange }: TicketRequest, recentSilent: readonly number[], now: number): number[] {
  const recent = withinHour(recentSilent, now);
  return (exchange.isSilent ? [...recent, now] : recent).slice(-MAX_SILENT_PER_HOUR);
}
