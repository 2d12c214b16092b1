import type { AppEnd } from '../model/session.ts';
import { endSession } from '../table/end-session.ts';
import { getSession } from '../table/get-session.ts';
import type { SessionTable } from '../table/table.ts';
import type { SessionRequest } from './require-session.ts';

/** `gone`: there is no such session. */
export type FinishOutcome = 'ended' | 'gone';

/** `end`: what an app has said of the session's end, as its mark was seen. */
export interface MarkedSession extends SessionRequest {
  readonly end: AppEnd;
}

/**
 * Ends for good what an app has ended, with the app's reason and time, whatever kind of session it was, and whatever its item says by now:
 * what has ended once does not come back because an app takes its mark away. A second time changes nothing.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; StoredItemError; the errors of AWS
 */
export async function finishEnding(table: SessionTable, { user, id, end }: MarkedSession): Promise<FinishOutcome> {
  const session = await getSession(table, user, id);
  if (session === undefined) return 'gone';
  return endSession(table, { session: { ...session, endedByApp: end }, reason: end.reason });
}
