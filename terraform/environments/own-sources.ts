import { ConfigurationError } from '@cloakroom/core';
import * as v from 'valibot';
import { loadFolders } from './load-folders.ts';
import { ownSchema } from './own-schema.ts';

/** The routes.ts of each environment that has one. */
const ROUTES = await loadFolders('routes.ts');

/** A function of the team's, and the file that exports its handler, from the root of the repository. */
export interface OwnSource {
  readonly name: string;
  readonly entry: string;
}

/**
 * What there is to build of all environments: one zip for each name. It loads no more than it must, since every build asks.
 *
 * @throws ConfigurationError naming every problem with its file, also when a name stands for two files
 * @throws Error              naming a file that cannot be loaded
 */
export function ownSources(all: Readonly<Record<string, unknown>> = routes()): readonly OwnSource[] {
  const entries = new Map<string, { readonly entry: string; readonly file: string }>();
  const problems: string[] = [];
  for (const [environment, value] of Object.entries(all)) {
    const file = `terraform/environments/${environment}/routes.ts`;
    const parsed = v.safeParse(ownSchema, value);
    if (!parsed.success) {
      problems.push(...parsed.issues.map((issue) => `${file}: ${v.getDotPath(issue) ?? 'own'}: ${issue.message}`));
      continue;
    }
    for (const [name, { entry }] of Object.entries(parsed.output.functions)) {
      const known = entries.get(name) ?? { entry, file };
      entries.set(name, known);
      if (known.entry !== entry) {
        problems.push(
          `${file}: functions.${name}.entry is ${entry}, and ${known.entry} in ${known.file}: name one of them anew`,
        );
      }
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return [...entries].map(([name, { entry }]) => ({ name, entry }));
}

/** What `own` is in each. */
function routes(): Readonly<Record<string, unknown>> {
  const all = Object.entries(ROUTES).map(([environment, loaded]) => {
    if ('error' in loaded) throw loaded.error;
    return [environment, loaded.exported.own] as const;
  });
  return Object.fromEntries(all);
}
