import { settleEach } from '@cloakroom/core';
import type { WebSession } from '@cloakroom/sessions/web';
import { CloakroomStoreError } from './errors.ts';
import { failureOf } from './failure.ts';
import type { OpenStore } from './open-store.ts';
import type { SessionObject } from './shape.ts';

/** At a time. */
const ENDED_AT_ONCE = 8;

type Scanned = Pick<OpenStore, 'book' | 'settings' | 'web'>;

/** All sessions of a store, which takes reading the whole table. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
async function scanAll({ web, settings: { scanLimit } }: Scanned): Promise<readonly WebSession[]> {
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

/** @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function countAll(store: Scanned): Promise<number> {
  return (await scanAll(store)).length;
}

/** As plain data. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function readAll(store: Scanned): Promise<SessionObject[]> {
  return readable(store, await scanAll(store));
}

/** Ends all that there are. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function endAll(store: Scanned): Promise<void> {
  await settleEach(ENDED_AT_ONCE, await scanAll(store), (session) => store.web.endScanned(session));
}

/** Page by page, however many there are. @throws CloakroomStoreError */
export async function* readPages(store: Scanned): AsyncGenerator<readonly SessionObject[], void> {
  try {
    for await (const page of store.web.pages()) yield readable(store, page);
  } catch (error) {
    throw failureOf(error);
  }
}

function readable({ book }: Scanned, sessions: readonly WebSession[]): SessionObject[] {
  return sessions.map((session) => book.tryDataOf(session)).filter((data) => data !== undefined);
}
