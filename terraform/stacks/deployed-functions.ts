import type { Environment } from '../environments/environment.ts';
import { functionNamesOf } from './functions/index.ts';

/** All functions of an environment, the team's own too: the names by which people know them, and those in AWS. */
export function deployedFunctions(environment: Environment): Readonly<Record<string, string>> {
  const { app, name: environmentName, own } = environment;
  const names = [...functionNamesOf(environment), ...Object.keys(own?.functions ?? {})];
  return Object.fromEntries(names.map((name) => [name, `${app}-${environmentName}-${name}`]));
}
