import type { User } from '@cloakroom/core';
import { raiseWatermark } from './raise-watermark.ts';
import { readUser } from './read-user.ts';
import { revokeSession } from './revoke-session.ts';
import type { SessionTable } from './table.ts';

export interface RevokeAllRequest {
  readonly user: User;
  /** The id of a session that is to stay. */
  readonly except?: string | undefined;
  readonly loginMaxLifetimeSeconds: number;
}

/** So many are ended at a time. */
const AT_ONCE = 8;

/**
 * Ends all sessions of a user, and every sign-in of up to now with them, whether it has been used or not. The watermark is raised
 * first: a creation under way either was committed by then, and is found, or is refused. After a failure, repeating it goes on.
 * Returns how many sessions were ended, not counting those that had expired.
 *
 * @throws ConflictError after lost races; the errors of AWS
 */
export async function revokeAllSessions(table: SessionTable, request: RevokeAllRequest): Promise<number> {
  const { user, except, loginMaxLifetimeSeconds } = request;
  await raiseWatermark(table, user);
  const { sessions } = await readUser(table, user);
  const ids = sessions.map(({ id }) => id).filter((id) => id !== except);
  let ended = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const outcomes = await Promise.all(some.map((id) => revokeSession(table, { user, id, loginMaxLifetimeSeconds })));
    ended += outcomes.filter((outcome) => outcome === 'ended').length;
  }
  return ended;
}
