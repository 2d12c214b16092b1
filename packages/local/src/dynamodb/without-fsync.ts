import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SOURCE = 'int fsync(int fd) { return 0; }\nint fdatasync(int fd) { return 0; }\n';

/**
 * Variables for a program that shall not wait for the disk after every write. Whoever kills it loses nothing, since the
 * kernel has what was written; only when the whole machine goes down may the newest writes be missing, or the file be
 * broken. A developer's tables can be made anew, and waiting is most of what a write costs.
 *
 * `library` is made once, by the compiler that the packages need too. Without one, and elsewhere than on Linux, the
 * program waits: no variables.
 */
export function withoutFsync(library: string): Readonly<Record<string, string>> {
  if (process.platform !== 'linux') return {};
  return existsSync(library) || compile(library) ? { LD_PRELOAD: library } : {};
}

function compile(library: string): boolean {
  return spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-o', library, '-'], { input: SOURCE }).status === 0;
}
