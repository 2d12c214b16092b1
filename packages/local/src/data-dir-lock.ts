import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './base/error-code.ts';
import { DataDirInUseError } from './base/errors.ts';

/**
 * Marks a data directory as used by this process, and returns what takes the mark away. A mark that a dead process left
 * does not count.
 *
 * @throws DataDirInUseError while another process runs on it
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'lock');
  const holder = tryLock(file);
  if (holder !== undefined) {
    if (isAlive(holder)) throw new DataDirInUseError(dataDir, holder);
    rmSync(file, { force: true });
    const rival = tryLock(file);
    if (rival !== undefined) throw new DataDirInUseError(dataDir, rival);
  }
  return () => rmSync(file, { force: true });
}

/** Takes the lock, or returns the process id of its holder. */
function tryLock(file: string): number | undefined {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return undefined;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return Number(readFileSync(file, 'utf8'));
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
