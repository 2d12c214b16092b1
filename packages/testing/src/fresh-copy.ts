import { cpSync, globSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, relative } from 'node:path';
import { environmentForUsers } from './environment-for-users.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** What no clone has: installed, built, or kept by a run. */
const NOT_CLONED = /^(node_modules|dist|coverage|cdktf\.out|\.local|\.git|\.terraform|cdk\.tf\.json)$/;

/**
 * A copy of the repository as a clone has it, with what was installed here: its own packages lead to the copy, all others to the store
 * of this one. Somebody who follows a page in it changes nothing here.
 */
export function freshCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-copy-'));
  cpSync(ROOT, folder, { recursive: true, filter: (path) => path === ROOT || !NOT_CLONED.test(basename(path)) });
  for (const installed of globSync('{,packages/*/,functions/*/,terraform/}node_modules', { cwd: ROOT })) {
    const from = join(ROOT, installed);
    // Links of packages to each other are relative, and so lead to where they stand.
    const isLinked = (path: string) => !/^\.(pnpm|cache)(\/|$)/.test(relative(from, path));
    cpSync(from, join(folder, installed), { recursive: true, verbatimSymlinks: true, filter: isLinked });
  }
  symlinkSync(join(ROOT, 'node_modules/.pnpm'), join(folder, 'node_modules/.pnpm'));
  // Not by a link: a script that finds other tools than it wants installs its own.
  for (const tool of ['node_modules', 'installed']) {
    cpSync(join(ROOT, '.local/tools', tool), join(folder, '.local/tools', tool), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  return folder;
}

/** The environment of a person there: nothing of this repository's is on the PATH. */
export function environmentThere(): NodeJS.ProcessEnv {
  const { PATH = '', ...env } = environmentForUsers();
  const elsewhere = PATH.split(delimiter).filter((folder) => !folder.startsWith(`${ROOT}/`));
  return { ...env, PATH: elsewhere.join(delimiter) };
}
