import { epochSeconds } from '@cloakroom/core';
import { isActive } from '../model/lifetime.ts';
import type { ListedSession } from '../model/session.ts';
import { tryToBurnEnded } from '../table/burn.ts';
import { type Ending, tryToEnd } from '../table/end-session.ts';
import { getListedSession } from '../table/get-session.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import type { SessionTable } from '../table/table.ts';
import type { SessionRequest } from './require-session.ts';

/** Endings that mean "prove again who you are". */
type BurningReason = 'revoked' | 'logout' | 'reuse_detected';

export interface RevokeRequest extends SessionRequest {
  /** What its end marker says; `revoked` where nothing is said. */
  readonly reason?: BurningReason;
}

/** `already`: it had ended before, for whatever reason. `unknown`: there is no such session. */
export type RevokeOutcome = 'ended' | 'already' | 'unknown';

/**
 * Ends the session for good, whatever else is going on. When this returns, no read finds the session any more. Doing so twice is no
 * error. An item that is not understood is ended too.
 *
 * It burns the session's provider session, also where the session had ended by itself before.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline. After an error of AWS nothing is known, and
 * repeating it is safe
 */
export async function revokeSession(table: SessionTable, request: RevokeRequest): Promise<RevokeOutcome> {
  return retryLostRaces('revocation', () => tryToRevoke(table, request), table.races);
}

async function tryToRevoke(table: SessionTable, request: RevokeRequest): Promise<RevokeOutcome | undefined> {
  const { user, id, reason = 'revoked' } = request;
  const session = await getListedSession(table, user, id);
  if (session === undefined) return tryToBurnEnded(table, request);
  const isExpired = session.kind !== 'unknown' && !isActive(session, epochSeconds(table.nowMs()));
  const ending = endingOf(session, isExpired ? 'expired' : reason);
  const outcome = await tryToEnd(table, ending);
  if (outcome !== 'ended') return undefined; // used or ended by somebody else, or others were at it: look again
  return isExpired ? tryToBurnEnded(table, request) : 'ended';
}

/** Of what is not understood, a revocation is all that can be told. */
export function endingOf(session: ListedSession, reason: BurningReason | 'expired'): Ending {
  return session.kind === 'unknown' ? { session, reason: 'revoked' } : { session, reason };
}
