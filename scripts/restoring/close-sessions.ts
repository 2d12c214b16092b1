import { settleAll, settleEach } from '@cloakroom/core';
import type { Restoration, ScanKey } from '@cloakroom/sessions';

export interface Closing {
  readonly restoration: Pick<Restoration, 'close' | 'scan'>;
  /** Whose partitions are closed: the restored table, and whatever else tells of users. */
  readonly tables: readonly string[];
  /** Where scans have come to before: see `TableProgress`. */
  readonly positions: Readonly<Record<string, ScanKey | null>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Called when a page is done. */
  readonly save: (positions: Closing['positions'], counts: Closing['counts']) => void;
  readonly say: (line: string) => void;
}

/** A table is scanned in so many parts side by side, and so many partitions of each are closed at a time. */
const SEGMENTS = 4;
const AT_ONCE = 16;
const SAID_EVERY_MS = 30_000;

/**
 * Closes every partition of a restored table of sessions, page by page; what was done before is not done again. Returns how much.
 *
 * @throws the first failure, when none is under way any more. What is done is saved
 */
export async function closeSessions(closing: Closing): Promise<Closing['counts']> {
  const { restoration, save, say } = closing;
  const positions: Record<string, ScanKey | null> = { ...closing.positions };
  const counts: Record<string, number> = { partitions: 0, ended: 0, erased: 0, unreadable: 0, ...closing.counts };
  const add = (name: string, more: number) => {
    counts[name] = (counts[name] ?? 0) + more;
  };
  let saidMs = performance.now();
  const closePage = async (keys: readonly string[]) => {
    await settleEach(AT_ONCE, keys, async (key) => {
      const user = await restoration.close(key);
      add('ended', user?.ended ?? 0);
      add('erased', Number(user?.isErased ?? false));
      add('unreadable', Number(user?.isUnreadable ?? false));
    });
    add('partitions', keys.length);
    if (performance.now() - saidMs < SAID_EVERY_MS) return;
    saidMs = performance.now();
    say(`${counts.partitions} partitions closed, ${counts.ended} sessions ended`);
  };
  const closeSegment = async (table: string, segment: number) => {
    const name = `${table} ${segment}`;
    while (positions[name] !== null) {
      const { keys, next } = await restoration.scan(table, { segment, segments: SEGMENTS, from: positions[name] });
      await closePage(keys);
      positions[name] = next ?? null;
      save(positions, counts);
    }
  };
  for (const table of closing.tables) {
    await settleAll(Array.from({ length: SEGMENTS }, (_, segment) => closeSegment(table, segment)));
  }
  return counts;
}
