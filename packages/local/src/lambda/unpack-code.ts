import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Unpacks a function's package and returns the folder, `<root>/<hash of the package>`; what was unpacked before is used again.
 *
 * @throws Error when the package is missing, is no zip, or wants to write outside its folder
 */
export function unpackCode(zipFile: string, root: string): string {
  const zip = readZip(zipFile);
  const folder = join(root, createHash('sha256').update(zip).digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;
  mkdirSync(root, { recursive: true });
  const unfinished = mkdtempSync(join(root, 'unfinished-'));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    if (name.endsWith('/')) continue;
    const file = resolve(unfinished, name);
    if (relative(unfinished, file).startsWith('..')) throw new Error(`${zipFile}: ${name} lies outside the package`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  moveInto(folder, unfinished);
  return folder;
}

function readZip(zipFile: string): Uint8Array {
  try {
    return readFileSync(zipFile);
  } catch (error) {
    throw new Error(`${zipFile} is missing: build the functions first`, { cause: error });
  }
}

/** Another process may have finished the same package meanwhile; its folder is as good. */
function moveInto(folder: string, unfinished: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
