import { join } from 'node:path';
import { isObject } from '@cloakroom/core';
import type { Environment } from './environment.ts';
import { type Loaded, loadFolders } from './load-folders.ts';
import { readTableNames } from './table-names.ts';

/** The name of a folder of terraform/environments: `dev`, or any other that holds an environment.ts. */
export type EnvironmentName = string;

/** The environments that came with this repository. The local stack is made of `dev`, and tests speak of all three. */
type Shipped = Readonly<Record<'dev' | 'staging' | 'prod', Environment>>;

const found = environmentsOf(await loadFolders('environment.ts'));

/**
 * The environments that can be deployed, by name, in the order of their names. As they are written: synthesis parses them.
 *
 * A folder's environment.ts exports one that has the folder's name as its `name`; what the export is called is its own affair. One
 * that cannot be loaded is not among them, and {@link environmentOf} says why.
 */
export const ENVIRONMENTS = found.environments as Shipped & Readonly<Record<EnvironmentName, Environment>>;

/**
 * An environment, with the names that its tables have since a restore.
 *
 * @param others what the caller takes besides, such as `local`
 * @throws Error naming the environments that there are, when this is none of them, or why its file cannot be loaded
 */
export function environmentOf(name: EnvironmentName, others: readonly string[] = []): Environment {
  const environment = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (environment !== undefined) return withTableNames(environment, join(import.meta.dirname, name));
  const problem = Object.hasOwn(found.problems, name) ? found.problems[name] : undefined;
  if (problem !== undefined) throw problem;
  throw new Error(`there is no environment ${name}: there are ${[...Object.keys(ENVIRONMENTS), ...others].join(', ')}`);
}

function withTableNames(environment: Environment, folder: string): Environment {
  const tables = readTableNames(folder);
  return Object.keys(tables).length === 0 ? environment : { ...environment, tables };
}

interface Found {
  readonly environments: Readonly<Record<EnvironmentName, unknown>>;
  /** Of files that cannot be loaded, or export no environment of their folder's name. */
  readonly problems: Readonly<Record<EnvironmentName, Error>>;
}

/** Takes the environment out of what each file exports. */
export function environmentsOf(folders: Readonly<Record<EnvironmentName, Loaded>>): Found {
  const environments: Record<EnvironmentName, unknown> = {};
  const problems: Record<EnvironmentName, Error> = {};
  for (const [name, loaded] of Object.entries(folders)) {
    const exported = 'exported' in loaded ? Object.values(loaded.exported) : [];
    const environment = exported.find((value) => isObject(value) && value.name === name);
    if (environment !== undefined) environments[name] = environment;
    else problems[name] = 'error' in loaded ? loaded.error : withoutName(name);
  }
  return { environments, problems };
}

function withoutName(name: EnvironmentName): Error {
  return new Error(
    `terraform/environments/${name}/environment.ts exports no environment with the name '${name}', as its folder is called`,
  );
}
