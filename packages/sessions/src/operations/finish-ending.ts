import { endSession } from '../table/end-session.ts';
import { getSession } from '../table/get-session.ts';
import type { SessionTable } from '../table/table.ts';
import type { SessionRequest } from './require-session.ts';

/** `gone`: there is no such session, or no app has ended it. */
export type FinishOutcome = 'ended' | 'gone';

/**
 * Ends for good what an app has ended, with the app's reason and time, whatever kind of session it was. A second time changes nothing.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; StoredItemError; the errors of AWS
 */
export async function finishEnding(table: SessionTable, { user, id }: SessionRequest): Promise<FinishOutcome> {
  const session = await getSession(table, user, id);
  if (session?.endedByApp === undefined) return 'gone';
  return endSession(table, { session, reason: session.endedByApp.reason });
}
