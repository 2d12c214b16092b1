import { endSession } from '../table/end-session.ts';
import { getSession } from '../table/get-session.ts';
import type { SessionTable } from '../table/table.ts';
import type { SessionRequest } from './require-session.ts';

/**
 * Ends a session that its provider no longer stands for, as one that has expired: nobody has to prove anything. Uses that are written
 * down meanwhile do not save it.
 *
 * @throws ConflictError when others were in the way until there was no time left
 */
export async function lapseSession(table: SessionTable, { user, id }: SessionRequest): Promise<void> {
  for (;;) {
    const session = await getSession(table, user, id);
    if (session === undefined) return;
    if ((await endSession(table, { session, reason: 'expired' })) === 'ended') return;
  }
}
