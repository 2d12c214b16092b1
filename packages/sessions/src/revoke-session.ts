import { epochSeconds } from '@cloakroom/core';
import { tryToEnd } from './end-session.ts';
import { getEndedSession, getSession } from './get-session.ts';
import { statusOf } from './lifetime.ts';
import { retryLostRaces } from './lost-races.ts';
import type { SessionRequest } from './require-session.ts';
import type { SessionTable } from './table.ts';

/** `already`: it had ended before, for whatever reason. `unknown`: there is no such session. */
export type RevokeOutcome = 'ended' | 'already' | 'unknown';

/**
 * Ends the session for good, whatever else is going on: when this returns, no reading finds it any more. Doing so twice is no error.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; the errors of AWS, after which nothing is
 * known, and repeating it is safe
 */
export async function revokeSession(table: SessionTable, request: SessionRequest): Promise<RevokeOutcome> {
  return retryLostRaces('revocation', () => tryToRevoke(table, request), table.races);
}

async function tryToRevoke(table: SessionTable, request: SessionRequest): Promise<RevokeOutcome | undefined> {
  const { user, id, loginMaxLifetimeSeconds } = request;
  const session = await getSession(table, user, id);
  if (session === undefined) return (await getEndedSession(table, user, id)) === undefined ? 'unknown' : 'already';
  const isActive = statusOf(session, epochSeconds(table.nowMs())) === 'active';
  const reason = isActive ? 'revoked' : 'expired';
  const outcome = await tryToEnd(table, { session, reason, loginMaxLifetimeSeconds });
  if (outcome !== 'ended') return undefined; // used or ended by somebody else, or others were at it: look again
  return isActive ? 'ended' : 'already';
}
