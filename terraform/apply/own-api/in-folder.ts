import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** What is installed of frameworks, with a lock file of its own. */
export const FRAMEWORKS = join(import.meta.dirname, '../../frameworks');

/** A new folder with these files, as a team has it: by path, their text. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-team-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Lets the code of a folder import what is installed of frameworks. */
export function withFrameworks(folder: string): string {
  symlinkSync(join(FRAMEWORKS, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/**
 * Runs a program there, and answers what it printed.
 *
 * @throws Error with what it printed, when it fails
 */
export async function runIn(
  folder: string,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  try {
    const { stdout } = await run(program, args, { cwd: folder, env: { PATH, HOME, ...env } });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
