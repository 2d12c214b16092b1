import { epochSeconds, settleEach, type User } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import type { ListedSession } from '../model/session.ts';
import { tryToEnd } from '../table/end-session.ts';
import { readSessionsToEnd } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { endingOf, type RevokeOutcome, type RevokeRequest, revokeSession } from './revoke-session.ts';

type Reason = NonNullable<RevokeRequest['reason']>;

interface Withdrawal {
  /** Raises the user's watermark. */
  readonly raise: () => Promise<void>;
  readonly isToEnd: (session: ListedSession) => boolean;
  readonly reason: Reason;
}

/**
 * Ends those of a user's sessions that are to end, after the watermark has risen: a creation that is under way is either committed
 * by then, and found, or refused. Returns how many were ended, not counting those that had expired.
 *
 * @throws StoredItemError when they have been ended and the watermark could not be raised, since what is kept of the user is malformed
 */
export async function raiseAndEnd(
  table: SessionTable,
  user: User,
  { raise, isToEnd, reason }: Withdrawal,
): Promise<number> {
  const unreadable = await raise().then(() => undefined, onlyUnreadable);
  const sessions = await readSessionsToEnd(table, user);
  const ended = await revokeEach(table, sessions.filter(isToEnd), reason);
  if (unreadable !== undefined) throw unreadable;
  return ended;
}

/**
 * DynamoDB refuses to add to a `version` that is no number. No sign-in can read such a user either, so nobody signs in meanwhile: the
 * sessions can be ended, and the failure is told afterwards.
 */
function onlyUnreadable(error: unknown): StoredItemError {
  if (!(error instanceof Error && error.name === 'ValidationException')) throw error;
  return new StoredItemError('USER', 'version', { cause: error });
}

/** How many sessions are ended at a time. */
const AT_ONCE = 8;

/** Ends sessions as they were read, of a user for whom all else is burnt. Returns how many, not counting those that had expired. */
export async function revokeEach(
  table: SessionTable,
  sessions: readonly ListedSession[],
  reason: Reason,
): Promise<number> {
  const outcomes = await settleEach(AT_ONCE, sessions, (session) => revokeRead(table, session, reason));
  return outcomes.filter((outcome) => outcome === 'ended').length;
}

/** If the session has expired or is gone, or others are in the way, it is read again. */
async function revokeRead(table: SessionTable, session: ListedSession, reason: Reason): Promise<RevokeOutcome> {
  const { user, id } = session;
  if (session.kind === 'unknown' || isActive(session, epochSeconds(table.nowMs()))) {
    const outcome = await tryToEnd(table, { ...endingOf(session, reason), isUserBurnt: true });
    if (outcome === 'ended') return outcome;
  }
  return revokeSession(table, { user, id, reason });
}
