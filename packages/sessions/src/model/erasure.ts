import type { ListedSession, UserRecord } from './session.ts';

/** The clocks of several functions date erasures and sessions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/**
 * The time at which a session begins. After an erasure it is later than the erasure's mark by more than the margin. So its events
 * are recorded, even if the session begins and ends in the second of the mark.
 */
export function beginsAt(nowSeconds: number, { erasedAt }: UserRecord): number {
  return erasedAt === undefined ? nowSeconds : Math.max(nowSeconds, erasedAt + CLOCK_MARGIN_SECONDS + 1);
}

/** Whether a session began before its user was erased. Only such a session belongs to the erasure. */
export function isErased(session: ListedSession, erasedAt: number, { notBefore }: UserRecord): boolean {
  if (session.kind === 'unknown') return session.authTime <= notBefore;
  return session.createdAt <= erasedAt + CLOCK_MARGIN_SECONDS;
}
