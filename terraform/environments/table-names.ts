import { ConfigurationError } from '@cloakroom/core';
import * as v from 'valibot';
import { readDecided, writeDecided } from './decided-file.ts';

const FILE = 'tables.json';

/** The tables, by the last part of their names. */
const TABLES = ['sessions', 'events'] as const;

export type TableOf = (typeof TABLES)[number];

/** The names of tables that were restored. Absent: the table has the name that it was made with. */
export const tablesSchema = v.strictObject({ sessions: v.optional(v.string()), events: v.optional(v.string()) });

export type TableNames = v.InferOutput<typeof tablesSchema>;

interface Named {
  readonly app: string;
  readonly name: string;
  readonly tables?: TableNames | undefined;
}

/** The name of a table in AWS: `cloakroom-prod-sessions`, and after a restore `cloakroom-prod-sessions-202601311200`. */
export function tableNameIn({ app, name, tables }: Named, table: TableOf): string {
  return tables?.[table] ?? `${app}-${name}-${table}`;
}

/**
 * What is wrong with the names, a sentence for each. They begin as they always do, so that two installations never share a table,
 * and no function of the team's may reach for one.
 */
export function tableNameProblems(environment: Named): readonly string[] {
  const { app, name, tables = {} } = environment;
  return TABLES.flatMap((table) => {
    const told = tables[table];
    const made = tableNameIn({ app, name }, table);
    return told === undefined || told === made || new RegExp(`^${made}-\\d{12}$`).test(told)
      ? []
      : [`tables.${table}: must be ${made}, or that with the minute it was restored to, ${made}-202601311200`];
  });
}

/**
 * The names of an environment's tables, from its folder; none where nothing was restored.
 *
 * @throws ConfigurationError when the file is not as it must be
 */
export function readTableNames(folder: string): TableNames {
  const result = v.safeParse(tablesSchema, readDecided(folder, FILE, {}));
  if (result.success) return result.output;
  throw new ConfigurationError(result.issues.map((issue) => `${FILE}: ${v.getDotPath(issue) ?? ''}: ${issue.message}`));
}

/** Writes them, all at once, so that a process that is ended leaves the old ones or the new. */
export function writeTableNames(folder: string, tables: TableNames): void {
  writeDecided(folder, FILE, tables);
}
