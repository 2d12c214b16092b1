import type { ListedSession, UserRecord } from './session.ts';

/** What is erased, and the time before it, is dated by the clocks of several functions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/**
 * When a session that begins now is dated: after the mark of an erasure, beyond that margin, so that its beginning and its end are
 * told, though both may fall into the second of the mark.
 */
export function beginsAt(nowSeconds: number, { erasedAt }: UserRecord): number {
  return erasedAt === undefined ? nowSeconds : Math.max(nowSeconds, erasedAt + CLOCK_MARGIN_SECONDS + 1);
}

/** Whether an erased user's session began before the mark: what did not is none of the erasure's. */
export function isErased(session: ListedSession, erasedAt: number, { notBefore }: UserRecord): boolean {
  if (session.kind === 'unknown') return session.authTime <= notBefore;
  return session.createdAt <= erasedAt + CLOCK_MARGIN_SECONDS;
}
