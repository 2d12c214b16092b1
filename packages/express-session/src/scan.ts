import { settleEach } from '@cloakroom/core';
import type { WebSession, WebSessions } from '@cloakroom/sessions/web';
import { CloakroomStoreError } from './errors.ts';

/** At a time. */
const ENDED_AT_ONCE = 8;

/** All sessions of a store, which takes reading the whole table. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function scanAll(web: WebSessions, scanLimit: number | undefined): Promise<readonly WebSession[]> {
  if (scanLimit === undefined) {
    throw new CloakroomStoreError(
      'SCAN_OFF',
      'all, length and clear read the whole table, and are off: set scanLimit, or use pages()',
    );
  }
  const found: WebSession[] = [];
  for await (const page of web.pages()) {
    found.push(...page);
    if (found.length > scanLimit)
      throw new CloakroomStoreError('SCAN_LIMIT', `there are more than ${scanLimit} sessions: use pages()`);
  }
  return found;
}

/** Ends all that there are. */
export async function endAll(web: WebSessions, scanLimit: number | undefined): Promise<void> {
  const all = await scanAll(web, scanLimit);
  await settleEach(ENDED_AT_ONCE, all, (session) => web.endScanned(session));
}
