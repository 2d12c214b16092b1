import { type Environment, tableNameIn } from '@cloakroom/terraform';
import type { RestoreOptions } from './options.ts';
import type { Progress, TableOf, TableProgress } from './progress.ts';
import { readSettings } from './settings.ts';
import { backupOfDeleted, type Dynamo, describeTable, restorableTimes } from './table-copy.ts';

/**
 * The mark of an erased user is kept for 30 days at least, and so is the end of a login. Whoever goes further back brings users back
 * whose erasure nothing tells any more.
 */
const MOST_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What is to be done, with names and times that AWS can do. Nothing is changed yet.
 *
 * @throws Error with what to say instead
 */
export async function beginRestore(
  environment: Environment,
  { to, tables }: Pick<RestoreOptions, 'to' | 'tables'>,
  { dynamodb, nowMs }: Pick<Dynamo, 'dynamodb'> & { readonly nowMs: () => number },
): Promise<Progress> {
  const sources = await Promise.all(
    tables.map(async (table) => [table, await sourceOf(environment, table, dynamodb)] as const),
  );
  const at = chooseTime(
    to,
    sources.map(([, source]) => source),
  );
  if (at < nowMs() - MOST_DAYS * DAY_MS) {
    throw new Error(
      `${new Date(at).toISOString()} is more than ${MOST_DAYS} days ago: users who were erased since would come back, as their marks are kept for no longer`,
    );
  }
  const copies = sources.map(async ([table, source]): Promise<readonly [TableOf, TableProgress]> => {
    const name = `${tableNameIn({ app: environment.app, name: environment.name }, table)}-${stamp(at)}`;
    if ((await describeTable(dynamodb, name)) !== undefined) {
      throw new Error(`there is a table ${name} already: restore to another minute, or delete it if nothing uses it`);
    }
    const settings = source.isDeleted ? undefined : await readSettings(dynamodb, source.name);
    return [table, { from: source.name, name, isFromDeleted: source.isDeleted, ...(settings && { settings }) }];
  });
  return {
    environment: environment.name,
    startedAt: new Date(nowMs()).toISOString(),
    to: new Date(at).toISOString(),
    tables: Object.fromEntries(await Promise.all(copies)),
  };
}

interface Source {
  readonly name: string;
  readonly isDeleted: boolean;
  readonly from: Date;
  readonly until: Date;
}

async function sourceOf(environment: Environment, table: TableOf, dynamodb: Dynamo['dynamodb']): Promise<Source> {
  const name = tableNameIn(environment, table);
  const isDeleted = (await describeTable(dynamodb, name)) === undefined;
  if (!isDeleted) return { name, isDeleted, ...(await restorableTimes(dynamodb, name)) };
  const { at } = await backupOfDeleted(dynamodb, name);
  return { name, isDeleted, from: at, until: at };
}

/** One time for all tables. */
function chooseTime(to: RestoreOptions['to'], sources: readonly Source[]): number {
  const until = Math.min(...sources.map((source) => source.until.getTime()));
  if (to === 'latest' || to === undefined) return until;
  const from = Math.max(...sources.map((source) => source.from.getTime()));
  const deleted = sources.find(({ isDeleted }) => isDeleted);
  if (deleted !== undefined) {
    throw new Error(
      `${deleted.name} was deleted: there is its state of ${deleted.until.toISOString()} alone, which --latest restores`,
    );
  }
  if (to >= from && to <= until) return to;
  throw new Error(
    `${new Date(to).toISOString()} cannot be restored: from ${new Date(from).toISOString()} to ${new Date(until).toISOString()} can`,
  );
}

/** `202601311200`, in UTC. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12);
}
