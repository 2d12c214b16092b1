import type { Session } from './session.ts';

/** How long a session lives without being used. */
export interface IdlePolicy {
  readonly bearerIdleSeconds: number;
  readonly ticketIdleSeconds: number;
  /** Uses are written down at most this often; see {@link touchIntervalSeconds}. */
  readonly touchIntervalSeconds: number;
}

/** What is the same for all sessions of an installation. */
export interface Lifetimes {
  readonly idle: IdlePolicy;
  /**
   * How long a sign-in can be refreshed at the provider. An older one opens nothing. End markers are kept for this long too, so a
   * value that is raised later does not cover logins that ended before.
   */
  readonly loginMaxLifetimeSeconds: number;
}

type Expiries = Pick<Session, 'idleExpiresAt' | 'absoluteExpiresAt'> &
  Partial<Pick<Session, 'idle' | 'lastSeenAt' | 'endedByApp'>>;

/** At least so many intervals fit into the idle time: it is exact to within a sixth. */
const INTERVALS_PER_IDLE_TIME = 6;

/** The second from which on the session is no longer active. */
export function expiresAt(session: Expiries): number {
  return Math.min(idleExpiryOf(session), session.absoluteExpiresAt);
}

/**
 * When the session expires by idleness. A use may be written down without knowing of an override that an administrator has just
 * set. The override counts all the same.
 */
function idleExpiryOf({ idleExpiresAt, idle, lastSeenAt = 0 }: Expiries): number {
  if (idle === undefined) return idleExpiresAt;
  const slack = Math.floor(idle.seconds / INTERVALS_PER_IDLE_TIME);
  return Math.min(idleExpiresAt, Math.max(lastSeenAt, idle.setAt) + idle.seconds + slack);
}

/** Whether the session is active now. There is no tolerance: its ends are by our own clock. */
export function isActive(session: Expiries, nowSeconds: number): boolean {
  return session.endedByApp === undefined && nowSeconds < expiresAt(session);
}

/** How long a session lives without being used, and how often its uses are written down. Seconds. */
interface OwnPolicy {
  readonly idleSeconds: number;
  /** As configured, at most a sixth of the idle time. */
  readonly intervalSeconds: number;
}

type Idleness = Pick<Session, 'kind' | 'idle'>;

/** The policy as it is for one session. */
function policyOf({ kind, idle }: Idleness, policy: IdlePolicy): OwnPolicy {
  const idleSeconds = idle?.seconds ?? (kind === 'ticket' ? policy.ticketIdleSeconds : policy.bearerIdleSeconds);
  const longest = Math.floor(idleSeconds / INTERVALS_PER_IDLE_TIME);
  return { idleSeconds, intervalSeconds: Math.min(policy.touchIntervalSeconds, longest) };
}

/** Whether the use of a session now is to be written down: once per interval. */
export function isTouchDue(
  session: Idleness & Pick<Session, 'lastSeenAt'>,
  nowSeconds: number,
  policy: IdlePolicy,
): boolean {
  return nowSeconds - session.lastSeenAt >= policyOf(session, policy).intervalSeconds;
}

/** When a session that is used now expires by idleness: one interval after the idle time, since uses within an interval are not written down. */
export function idleExpiryAfter(nowSeconds: number, policy: IdlePolicy, session: Idleness): number {
  const { idleSeconds, intervalSeconds } = policyOf(session, policy);
  return nowSeconds + idleSeconds + intervalSeconds;
}
