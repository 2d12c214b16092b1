import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a file exports, or why it cannot be loaded. */
export type Loaded = { readonly exported: Readonly<Record<string, unknown>> } | { readonly error: Error };

/**
 * What a file of every environment exports, by the environment's name: each folder here that holds an environment.ts is one. A file that
 * cannot be loaded is told of in its place: it is nothing to the other environments.
 */
export async function loadFolders(
  file: 'environment.ts' | 'routes.ts',
  root = import.meta.dirname,
): Promise<Readonly<Record<string, Loaded>>> {
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'environment.ts')))
    .map(({ name }) => name)
    .filter((name) => existsSync(join(root, name, file)))
    .toSorted();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(join(root, name, file))])));
}

async function load(path: string): Promise<Loaded> {
  try {
    return { exported: await import(path) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { error: new Error(`${path} cannot be loaded: ${reason}`, { cause }) };
  }
}
