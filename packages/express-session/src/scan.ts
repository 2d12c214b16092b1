import { settleEach } from '@cloakroom/core';
import type { WebSession } from '@cloakroom/sessions/web';
import { CloakroomStoreError } from './errors.ts';
import { failureOf } from './failure.ts';
import type { OpenStore } from './open-store.ts';
import type { SessionObject } from './shape.ts';

/** At a time. */
const ENDED_AT_ONCE = 8;
const NO_KEYS: WebSession['keys'] = new Map();

type Scanned = Pick<OpenStore, 'book' | 'settings' | 'web'>;

/** All sessions of a store, which takes reading the whole table. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
async function* pagesWithin({ web, settings: { scanLimit } }: Scanned): AsyncGenerator<readonly WebSession[], void> {
  if (scanLimit === undefined) {
    throw new CloakroomStoreError(
      'SCAN_OFF',
      'all, length and clear read the whole table, and are off: set scanLimit, or use pages()',
    );
  }
  let count = 0;
  for await (const page of web.pages()) {
    count += page.length;
    if (count > scanLimit)
      throw new CloakroomStoreError('SCAN_LIMIT', `there are more than ${scanLimit} sessions: use pages()`);
    yield page;
  }
}

/** @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function countAll(store: Scanned): Promise<number> {
  let count = 0;
  for await (const page of pagesWithin(store)) count += page.length;
  return count;
}

/** As plain data. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function readAll(store: Scanned): Promise<SessionObject[]> {
  const found: SessionObject[] = [];
  for await (const page of pagesWithin(store)) found.push(...readable(store, page));
  return found;
}

/** Ends all that there are; none where they are too many. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
export async function endAll(store: Scanned): Promise<void> {
  const found: WebSession[] = [];
  // What is in them is not needed, and would be held for all of them at once.
  for await (const page of pagesWithin(store)) found.push(...page.map((session) => ({ ...session, keys: NO_KEYS })));
  await settleEach(ENDED_AT_ONCE, found, (session) => store.web.endScanned(session));
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
