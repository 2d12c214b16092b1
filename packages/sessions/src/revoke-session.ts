import { endSession } from './end-session.ts';
import { SessionEndedError, SessionUnknownError, StoredItemError } from './errors.ts';
import { getListedSession } from './get-session.ts';
import { retryLostRaces } from './lost-races.ts';
import { requireSession, type SessionRequest } from './require-session.ts';
import type { ListedSession } from './session.ts';
import type { SessionTable } from './table.ts';

/** `already`: it had ended before, for whatever reason. `unknown`: there is no such session. */
export type RevokeOutcome = 'ended' | 'already' | 'unknown';

/**
 * Ends the session for good: when this returns, no reading finds it any more. Doing so twice is no error.
 *
 * @throws ConflictError after lost races; the errors of AWS, after which nothing is known, and repeating it is safe
 */
export async function revokeSession(table: SessionTable, request: SessionRequest): Promise<RevokeOutcome> {
  const { loginMaxLifetimeSeconds } = request;
  try {
    return await retryLostRaces(async () => {
      const session = await findToEnd(table, request);
      if (session === undefined) return undefined;
      const outcome = await endSession(table, { session, reason: 'revoked', loginMaxLifetimeSeconds });
      return outcome === 'ended' ? outcome : undefined; // ended by somebody else: look again
    }, table.races);
  } catch (error) {
    if (error instanceof SessionEndedError) return 'already';
    if (error instanceof SessionUnknownError) return 'unknown';
    // An end marker that cannot be read is one: that it is there is what keeps the session ended.
    if (error instanceof StoredItemError && error.item === 'ENDED') return 'already';
    throw error;
  }
}

/** The active session, or what is not understood in its place; undefined when that has changed since: look again. */
async function findToEnd(table: SessionTable, request: SessionRequest): Promise<ListedSession | undefined> {
  try {
    return await requireSession(table, request);
  } catch (error) {
    if (!(error instanceof StoredItemError && error.item === 'SESSION')) throw error;
    const listed = await getListedSession(table, request.user, request.id);
    return listed?.kind === 'unknown' ? listed : undefined;
  }
}
