import { join } from 'node:path';
import { isObject } from '@cloakroom/core';
import type { Environment } from './environment.ts';
import { loadFolders } from './load-folders.ts';
import { readTableNames } from './table-names.ts';

/** The name of a folder of terraform/environments: `dev`, or any other that holds an environment.ts. */
export type EnvironmentName = string;

/** The environments that came with this repository. The local stack is made of `dev`, and tests speak of all three. */
type Shipped = Readonly<Record<'dev' | 'staging' | 'prod', Environment>>;

/**
 * The environments that can be deployed, by name, in the order of their names. As they are written: synthesis parses them.
 *
 * A folder's environment.ts exports one that has the folder's name as its `name`; what the export is called is its own affair.
 */
export const ENVIRONMENTS = environmentsOf(await loadFolders('environment.ts')) as Shipped &
  Readonly<Record<EnvironmentName, Environment>>;

/**
 * An environment, with the names that its tables have since a restore.
 *
 * @param others what the caller takes besides, such as `local`
 * @throws Error naming the environments that there are, when this is none of them
 */
export function environmentOf(name: EnvironmentName, others: readonly string[] = []): Environment {
  const environment = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (environment !== undefined) return withTableNames(environment, join(import.meta.dirname, name));
  throw new Error(`there is no environment ${name}: there are ${[...Object.keys(ENVIRONMENTS), ...others].join(', ')}`);
}

function withTableNames(environment: Environment, folder: string): Environment {
  const tables = readTableNames(folder);
  return Object.keys(tables).length === 0 ? environment : { ...environment, tables };
}

/** @throws Error naming a file that exports no environment of its folder's name */
export function environmentsOf(
  folders: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Readonly<Record<string, unknown>> {
  const found = Object.entries(folders).map(([name, exported]) => {
    const environment = Object.values(exported).find((value) => isObject(value) && value.name === name);
    if (environment !== undefined) return [name, environment] as const;
    throw new Error(
      `terraform/environments/${name}/environment.ts exports no environment with the name '${name}', as its folder is called`,
    );
  });
  return Object.fromEntries(found);
}
