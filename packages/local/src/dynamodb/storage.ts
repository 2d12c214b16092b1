import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The file that DynamoDB Local keeps all tables in, under `-sharedDb`. */
const FILE = 'shared-local-instance.db';

/**
 * Makes the folder of the tables ready, new or used before. SQLite remembers in the file how to write it: with a log to
 * append to, a write of an item is one write to the disk; by its default it is a journal made, forced to the disk and
 * removed again. https://www.sqlite.org/wal.html
 */
export function prepareStorage(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, FILE));
  try {
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}
