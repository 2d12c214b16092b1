import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux, for user space, on every architecture. */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  /** Of its children that have ended. */
  readonly endedMs: number;
}

/**
 * CPU in milliseconds, user and system, that a process and its descendants have used so far, by what they do: `gateway` (with
 * queues and the AWS endpoint), `dynamodb`, or a function's name; `ended` is of whatever is over. Empty where there is no `/proc`.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuByPart(root: number): ReadonlyMap<string, number> {
  const all = readProcesses();
  const family = new Set([root]);
  // Parents are older than their children, as a rule: a second round catches the numbers that began again.
  for (const { pid, parent } of [...all, ...all]) if (family.has(parent)) family.add(pid);
  const sums = new Map<string, number>();
  const add = (part: string, ms: number) => sums.set(part, (sums.get(part) ?? 0) + ms);
  for (const { pid, cpuMs, endedMs } of all.filter((process) => family.has(process.pid))) {
    add(partOf(pid), cpuMs);
    add('ended', endedMs);
  }
  return sums;
}

function readProcesses(): Process[] {
  return list('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    // The name of the program, in brackets, may hold anything.
    const fields = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    if (fields.length < 15) return [];
    const [parent = 0, user = 0, system = 0, userOfEnded = 0, systemOfEnded = 0] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    );
    const msOf = (ticks: number) => (ticks * 1000) / TICKS_PER_SECOND;
    return [{ pid: Number(name), parent, cpuMs: msOf(user + system), endedMs: msOf(userOfEnded + systemOfEnded) }];
  });
}

function partOf(pid: number): string {
  const [, functionName] =
    /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=cloakroom-dev-([^\0]*)/.exec(read(`/proc/${pid}/environ`)) ?? [];
  if (functionName !== undefined) return functionName;
  return /^[^\0]*java\0/.test(read(`/proc/${pid}/cmdline`)) ? 'dynamodb' : 'gateway';
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
