import { epochSeconds, settleEach, type User } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import type { ListedSession } from '../model/session.ts';
import { tryToEnd } from '../table/end-session.ts';
import { raiseWatermark } from '../table/raise-watermark.ts';
import { readSessionsToEnd } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { type RevokeOutcome, revokeSession } from './revoke-session.ts';

export interface RevokeAllRequest {
  readonly user: User;
  /** The id of a session that is to stay. */
  readonly except?: string | undefined;
}

/** How many sessions are ended at a time. */
const AT_ONCE = 8;

/**
 * Ends all sessions of a user, and every sign-in until now, whether it was used or not. The watermark rises first. So a creation
 * that is under way is either committed by then, and found, or refused. After a failure, the request can be repeated.
 * Returns how many sessions were ended, not counting those that had expired.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; the errors of AWS; StoredItemError, when all
 *   sessions have been ended and the watermark could not be raised, since what is kept of the user is malformed
 */
export async function revokeAllSessions(table: SessionTable, request: RevokeAllRequest): Promise<number> {
  const { user, except } = request;
  const whom = except === undefined ? 'everyone' : 'others';
  const unreadable = await raiseWatermark(table, user, whom).then(() => undefined, onlyUnreadable);
  const sessions = await readSessionsToEnd(table, user);
  const toEnd = sessions.filter(({ id }) => id !== except);
  const outcomes = await settleEach(AT_ONCE, toEnd, (session) => revokeRead(table, session));
  if (unreadable !== undefined) throw unreadable;
  return outcomes.filter((outcome) => outcome === 'ended').length;
}

/**
 * DynamoDB refuses to add to a `version` that is no number. No sign-in can read such a user either, so nobody signs in meanwhile: the
 * sessions can be ended, and the failure is told afterwards.
 */
function onlyUnreadable(error: unknown): StoredItemError {
  if (!(error instanceof Error && error.name === 'ValidationException')) throw error;
  return new StoredItemError('USER', 'version', { cause: error });
}

/** Ends the session as it was read. If it has expired or is gone, or others are in the way, it is read again. */
async function revokeRead(table: SessionTable, session: ListedSession): Promise<RevokeOutcome> {
  const { user, id } = session;
  if (session.kind === 'unknown' || isActive(session, epochSeconds(table.nowMs()))) {
    const outcome = await tryToEnd(table, { session, reason: 'revoked', isUserBurnt: true });
    if (outcome === 'ended') return outcome;
  }
  return revokeSession(table, { user, id });
}
