import { epochSeconds } from '@cloakroom/core';
import { failedSteps } from '../table/cancellation.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { webEnd } from '../table/web-item.ts';
import { markWrite, NOT_MARKED } from './entry.ts';
import { readWeb } from './read-web.ts';
import type { OwnedAs, WebEnding, WebEndReason, WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';
import { writeItem } from './write-item.ts';

/**
 * Ends a session for good, its user's entry with it, whatever else is going on. One that has expired is ended too: a machine whose
 * clock is behind ours must not take it for active.
 *
 * @throws ConflictError when others were in the way until there was no time left
 */
export function endWeb(table: WebTable, hash: string, reason: WebEndReason): Promise<WebEnding> {
  return retryLostRaces('revocation', () => tryToEnd(table, hash, reason), table.races);
}

async function tryToEnd(table: WebTable, hash: string, reason: WebEndReason): Promise<WebEnding | undefined> {
  const stored = await readWeb(table, hash);
  if (stored === undefined) return { outcome: 'unknown' };
  if (stored.state === 'ended') return { outcome: 'already' };
  const { session } = stored;
  const isEnded =
    session.owned === undefined
      ? await endAlone(table, session)
      : await endBoth(table, session.owned, { hash, reason });
  return isEnded ? { outcome: 'ended' } : undefined;
}

async function endAlone(table: WebTable, session: WebSession): Promise<boolean> {
  return (await endItem(table, session)) === 'ended';
}

/** False: others were in the way, or it is not as it was read. */
async function endBoth(
  table: WebTable,
  owned: OwnedAs,
  { hash, reason }: { readonly hash: string; readonly reason: WebEndReason },
): Promise<boolean> {
  const nowMs = table.nowMs();
  const mark = markWrite(table.table, { ...owned, reason, condition: NOT_MARKED }, epochSeconds(nowMs));
  const steps = [
    { name: 'web', write: { Update: { TableName: table.table, ...webEnd({ hash, owned, nowMs }) } } },
    { name: 'entry', write: mark },
  ] as const;
  try {
    await table.items.transactWriteItems({ TransactItems: steps.map(({ write }) => write) });
    return true;
  } catch (error) {
    const failed = failedSteps(error, steps).map(({ name }) => name);
    // The entry is gone or was ended: what is left of the session goes after it.
    return failed.includes('entry') && !failed.includes('web') && (await endItem(table, { hash, owned })) === 'ended';
  }
}

/** Ends the item of a session alone. `refused`: it has ended, or is not whose it was. */
export async function endItem(
  table: WebTable,
  { hash, owned }: Pick<WebSession, 'hash' | 'owned'>,
): Promise<'ended' | 'refused' | 'lost_race'> {
  const written = await writeItem(table, webEnd({ hash, owned, nowMs: table.nowMs() }));
  return typeof written === 'string' ? written : 'ended';
}
