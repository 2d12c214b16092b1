import { execFileSync } from 'node:child_process';
import type { Dev } from './dev.ts';

/** Ends every process of a function as the kernel would when memory runs out; returns how many there were. */
export function killFunction(dev: Dev, name: string): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
  const pids = rows.filter((row) => row.includes('index.handler')).map((row) => Number.parseInt(row, 10));
  const ours = pids
    .map((pid) => ({ pid, variables: environmentOf(pid) }))
    .filter(
      ({ variables }) =>
        variables.includes(`AWS_ENDPOINT_URL=${dev.aws}`) && variables.includes(`AWS_LAMBDA_FUNCTION_NAME=${name}`),
    );
  return ours.filter(({ pid }) => kill(pid)).length;
}

/** False for a process that has gone by itself. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Nothing for a process that has gone. */
function environmentOf(pid: number): string[] {
  try {
    return execFileSync('cat', [`/proc/${pid}/environ`], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\0');
  } catch {
    return [];
  }
}
