import { epochSeconds, parseUserKey, type User } from '@cloakroom/core';
import type { EventEraser } from '@cloakroom/events';
import type { Restoration, ScanKey } from '@cloakroom/sessions';

export interface EventsOfErased {
  readonly scan: Restoration['scan'];
  /** The restored table of events. */
  readonly table: string;
  /** To when it was restored, in epoch milliseconds. */
  readonly toMs: number;
  /** When users were erased, by the table of sessions that is to be used. @see readErasures */
  readonly readErasures: (users: readonly User[]) => Promise<(user: User) => number | undefined>;
  readonly eraser: Pick<EventEraser, 'erasePage'>;
}

/** An erasure that had begun by then may not have been through with it. */
const ERASING_SECONDS = 3600;

/**
 * Deletes the events of users who were erased after the time that was restored: with it their events came back. Returns how many users.
 * Repeating it is safe.
 */
export async function eraseEvents({ scan, table, toMs, readErasures, eraser }: EventsOfErased): Promise<number> {
  let [erased, from]: [number, ScanKey | undefined] = [0, undefined];
  do {
    const page: Awaited<ReturnType<typeof scan>> = await scan(table, { segment: 0, segments: 1, from });
    const users = page.keys.flatMap((key) => parseUserKey(key) ?? []);
    const erasedAt = await readErasures(users);
    for (const user of users) {
      if ((erasedAt(user) ?? 0) < epochSeconds(toMs) - ERASING_SECONDS) continue;
      let isDone = false;
      while (!isDone) ({ done: isDone } = await eraser.erasePage(user));
      erased += 1;
    }
    from = page.next;
  } while (from !== undefined);
  return erased;
}
