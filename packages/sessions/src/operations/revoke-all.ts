import type { User } from '@cloakroom/core';
import { raiseWatermark } from '../table/raise-watermark.ts';
import type { SessionTable } from '../table/table.ts';
import { raiseAndEnd } from './revoke-each.ts';

export interface RevokeAllRequest {
  readonly user: User;
  /** The id of a session that is to stay. */
  readonly except?: string | undefined;
}

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
  const raise = () => raiseWatermark(table, user, whom);
  return raiseAndEnd(table, user, { raise, isToEnd: ({ id }) => id !== except, reason: 'revoked' });
}
