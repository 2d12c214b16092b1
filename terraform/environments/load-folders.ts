import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a file of every environment exports, by the environment's name: each folder here that holds an environment.ts is one.
 *
 * @throws Error naming the file that cannot be loaded
 */
export async function loadFolders(
  file: 'environment.ts' | 'routes.ts',
  root = import.meta.dirname,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'environment.ts')))
    .map(({ name }) => name)
    .filter((name) => existsSync(join(root, name, file)))
    .toSorted();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(join(root, name, file))])));
}

async function load(path: string): Promise<unknown> {
  try {
    return await import(path);
  } catch (cause) {
    throw new Error(`${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
