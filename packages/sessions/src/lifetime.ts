import type { Session } from './session.ts';

/** How long a session lives without being used. */
export interface IdlePolicy {
  readonly bearerIdleSeconds: number;
  /** Uses are written down at most this often; see {@link touchIntervalSeconds}. */
  readonly touchIntervalSeconds: number;
}

export type SessionStatus = 'active' | 'idle_expired' | 'absolute_expired';

type Expiries = Pick<Session, 'idleExpiresAt' | 'absoluteExpiresAt'>;

/** How many intervals fit into the idle time at least, so that the idle time is kept to within a sixth. */
const INTERVALS_PER_IDLE_TIME = 6;

/** The second from which on the session is no longer active. */
export function expiresAt({ idleExpiresAt, absoluteExpiresAt }: Expiries): number {
  return Math.min(idleExpiresAt, absoluteExpiresAt);
}

/** Whether the session is active now, or which of its two ends came first. There is no tolerance: both are our own clock. */
export function statusOf(session: Expiries, nowSeconds: number): SessionStatus {
  if (nowSeconds < expiresAt(session)) return 'active';
  return session.idleExpiresAt < session.absoluteExpiresAt ? 'idle_expired' : 'absolute_expired';
}

/** The interval at which uses are written down: as configured, at most a sixth of the idle time. */
function touchIntervalSeconds(policy: IdlePolicy): number {
  return Math.min(policy.touchIntervalSeconds, Math.floor(policy.bearerIdleSeconds / INTERVALS_PER_IDLE_TIME));
}

/** Whether the use of a session now is to be written down: once per interval. */
export function isTouchDue(session: Pick<Session, 'lastSeenAt'>, nowSeconds: number, policy: IdlePolicy): boolean {
  return nowSeconds - session.lastSeenAt >= touchIntervalSeconds(policy);
}

/** When a session used now expires by idleness: one interval later than the idle time, since uses in between go unwritten. */
export function idleExpiryAfter(nowSeconds: number, policy: IdlePolicy): number {
  return nowSeconds + policy.bearerIdleSeconds + touchIntervalSeconds(policy);
}
