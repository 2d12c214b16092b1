import type { ListedSession, UserRecord } from './session.ts';

/** Ending all sessions raises the watermark this far beyond now, for provider clocks that are a little fast. */
const NOT_BEFORE_MARGIN_SECONDS = 5;

/** `ended`: all sign-ins of that time were ended. `too_early`: within the margin, where a new sign-in cannot be told from an old one. */
export type WatermarkVerdict = 'open' | 'ended' | 'too_early';

/** What the watermark of a user (`UserRecord.notBefore`) says about a sign-in of this `auth_time`. Both are epoch seconds. */
export function judgeByWatermark(authTime: number, notBefore: number): WatermarkVerdict {
  if (authTime > notBefore) return 'open';
  return authTime <= notBefore - NOT_BEFORE_MARGIN_SECONDS ? 'ended' : 'too_early';
}

/** The watermark that ends every sign-in until now. */
export function notBeforeAt(nowSeconds: number): number {
  return nowSeconds + NOT_BEFORE_MARGIN_SECONDS;
}

/** When a watermark was raised to this, by our clock. */
export function raisedAt(notBefore: number): number {
  return Math.max(0, notBefore - NOT_BEFORE_MARGIN_SECONDS);
}

/** The clocks of several functions date erasures and sessions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/**
 * The time at which a session begins. After an erasure it is later than the erasure's mark by more than the margin. So its events
 * are recorded, even if the session begins and ends in the second of the mark.
 */
export function beginsAt(nowSeconds: number, { erasedAt }: Pick<UserRecord, 'erasedAt'>): number {
  return erasedAt === undefined ? nowSeconds : Math.max(nowSeconds, erasedAt + CLOCK_MARGIN_SECONDS + 1);
}

/** Whether a session began before its user was erased. Only such a session belongs to the erasure. */
export function isErased(session: ListedSession, erasedAt: number, { notBefore }: UserRecord): boolean {
  if (session.kind === 'unknown') return session.authTime <= notBefore;
  return session.createdAt <= erasedAt + CLOCK_MARGIN_SECONDS;
}

/** Whether a session began after its user was erased: the user is back. */
export function isBack(session: ListedSession, record: UserRecord): boolean {
  return record.erasedAt !== undefined && !isErased(session, record.erasedAt, record);
}
