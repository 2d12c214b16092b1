import { closePartition } from './operations/close-partition.ts';
import type { ClosedUser } from './operations/close-restored.ts';
import { type SessionStoreOptions, sessionTableOf } from './session-store.ts';
import { type PartitionPage, type PartitionScan, scanPartitions } from './table/scan-partitions.ts';

/** How a table that was restored to an earlier time is closed, before anybody works on it: partition by partition, in any order. */
export interface Restoration {
  /** Partition keys of any table that is keyed by `user_key`, by its name. Reads the whole of it. */
  scan(table: string, scan: PartitionScan): Promise<PartitionPage>;
  /** After this for every key of both tables, nothing in the restored one lets anybody in. @see closePartition */
  close(key: string): Promise<ClosedUser | undefined>;
}

export type RestorationOptions = SessionStoreOptions & {
  /** The name of the table whose place the restored one takes, where it can still be read and nobody writes to it any more. */
  readonly lost?: string | undefined;
};

export function createRestoration({ lost: name, ...options }: RestorationOptions): Restoration {
  const restored = sessionTableOf(options);
  const lost = name === undefined ? undefined : { items: restored.items, table: name };
  return {
    scan: (table, scan) => scanPartitions({ dynamodb: options.dynamodb, table }, scan),
    close: (key) => closePartition({ restored, lost }, key),
  };
}
