import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ScanKey } from '@cloakroom/sessions';
import { writeWhole } from '../../terraform/environments/whole-file.ts';

/** `sessions` and `events`, by the last part of their names. */
export type TableOf = 'sessions' | 'events';

/** How far a table has come. Each step is written down when it is done. */
export interface TableProgress {
  /** The name of the table whose place is taken. */
  readonly from: string;
  /** The name of the restored table. */
  readonly name: string;
  /** Whether the old table is gone, and what is restored is the backup that AWS made when it was deleted. */
  readonly isFromDeleted?: boolean;
  /** The settings of the old table, before anything was done. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly isRestored?: boolean;
  readonly isFrozen?: boolean;
  /** Where the scans have come to, by `<table> <segment>`; null at the end. */
  readonly positions?: Readonly<Record<string, ScanKey | null>>;
  readonly counts?: Readonly<Record<string, number>>;
  readonly isClosed?: boolean;
}

/** A restore that is under way. */
export interface Progress {
  readonly environment: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** To when, ISO 8601. */
  readonly to: string;
  readonly tables: Readonly<Partial<Record<TableOf, TableProgress>>>;
  /** Whether everything has been moved to the restored tables. */
  readonly isSwitched?: boolean;
}

/** Keeps how far a restore has come, so that it can be resumed. Positions name users: nobody else may read it, and it goes at the end. */
export interface ProgressFile {
  read(): Progress | undefined;
  write(progress: Progress): void;
  remove(): void;
}

export function createProgressFile(file: string): ProgressFile {
  return {
    read: () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Progress) : undefined),
    write(progress) {
      mkdirSync(dirname(file), { recursive: true });
      writeWhole(file, progress, 0o600);
    },
    remove: () => rmSync(file, { force: true }),
  };
}
