import { mkdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { BuildAppOptions } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** fauxqs' own SQLite storage. Its names are those of the pinned version; they are not part of its package interface. */
interface Storage {
  load(sqs: unknown, sns: unknown, s3: unknown): void;
  close(): void;
  updateMessageReady(messageId: string): void;
  readonly db: DatabaseSync;
}
type Store = Record<string, unknown>;

/**
 * The stores of fauxqs, with `dataDir` loaded from and kept there.
 * fauxqs keeps its state only when started by `startFauxqs`, which listens on every interface;
 * so what that function does with the storage is done here, for an app that listens on the loopback interface.
 */
export async function openStores(dataDir?: string): Promise<{ stores: Stores; close(): void }> {
  const { SqsStore } = await internals<{ SqsStore: new () => Store & { allQueues(): Iterable<Store> } }>(
    'sqs/sqsStore.js',
  );
  const { SnsStore } = await internals<{ SnsStore: new () => Store }>('sns/snsStore.js');
  const { S3Store } = await internals<{ S3Store: new () => Store }>('s3/s3Store.js');
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  if (dataDir === undefined) return { stores: stores as unknown as Stores, close: () => undefined };
  mkdirSync(dataDir, { recursive: true });
  const { PersistenceManager } = await internals<{ PersistenceManager: new (dir: string) => Storage }>(
    'persistence.js',
  );
  const storage = new PersistenceManager(dataDir);
  // Written to the kernel at once, and to the disk now and then: only when the whole machine goes down may the newest be
  // missing. Else everything here would wait for the disk, up to 20 ms, with every message that is sent, received or deleted.
  storage.db.exec('PRAGMA synchronous = NORMAL');
  keepReceives(storage);
  storage.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  // Only after loading: storing while loading would delete the messages of each queue.
  stores.sqsStore.persistence = storage;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = storage;
  return { stores: stores as unknown as Stores, close: () => storage.close() };
}

/** When a message is released, fauxqs stores no count of its receives, which its own table refuses: the message would be lost. */
function keepReceives(storage: Storage): void {
  const release = storage.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  storage.updateMessageReady = (messageId) => {
    release.run(messageId);
  };
}

async function internals<T>(file: string): Promise<T> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new Error('fauxqs is not installed');
  return (await import(pathToFileURL(join(manifest, '../dist', file)).href)) as T;
}
