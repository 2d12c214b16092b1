import type { Environment } from '@cloakroom/terraform';
import type { Tools } from '../deployment/tools.ts';
import type { Clocks } from './clock.ts';
import type { Progress, ProgressFile, TableOf, TableProgress } from './progress.ts';
import type { Dynamo } from './table-copy.ts';

/** All that a restore needs. */
export interface RestoreWorld extends Clocks, Omit<Dynamo, 'say'> {
  readonly environment: Environment;
  /** Of the environment. */
  readonly folder: string;
  readonly tools: Tools;
  readonly progress: ProgressFile;
  /** Builds, synthesizes, and makes Terraform ready. */
  readonly prepare: () => Promise<unknown>;
}

/** The restore that is under way. @throws Error when there is none */
export function current({ progress: file, environment: { name } }: RestoreWorld): Progress {
  const progress = file.read();
  if (progress !== undefined) return progress;
  throw new Error(`no restore of ${name} is under way here: begin one with --to or --latest`);
}

export const tablesOf = ({ tables }: Progress) => Object.keys(tables) as TableOf[];

/** @throws Error when the restore has no such table */
export function progressOf(world: RestoreWorld, table: TableOf): TableProgress {
  const found = current(world).tables[table];
  if (found === undefined) throw new Error(`the restore has no table of ${table}`);
  return found;
}

/** Writes down what is done. */
export function note(world: RestoreWorld, table: TableOf, done: Partial<TableProgress>): void {
  const progress = current(world);
  const tables = { ...progress.tables, [table]: { ...progressOf(world, table), ...done } };
  world.progress.write({ ...progress, tables });
}
