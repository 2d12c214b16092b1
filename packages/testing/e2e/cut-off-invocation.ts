import { execFileSync } from 'node:child_process';
import { type Dev, eventually } from './dev.ts';
import { readLogs } from './logs.ts';

/**
 * Ends the processes of a function as the kernel would when memory runs out, with an invocation in one of them that is then never
 * answered. However busy the machine is: they are suspended, wherever they are in their work, before the invocation is made, and
 * killed when it has begun. What had been answered by then, as the log tells, does not count, and the next one is made.
 */
export async function cutOffInvocation(dev: Dev, name: string, invoke: () => Promise<unknown>): Promise<void> {
  await eventually(
    `an invocation of ${name} is cut off`,
    async () => {
      const pids = processesOf(dev, name);
      for (const pid of pids) signal(pid, 'SIGSTOP');
      await invoke();
      const begun = await eventually(`an invocation of ${name} begins`, async () => {
        const ids = invocations(dev, name).underWay;
        return ids.length > 0 ? ids : undefined;
      });
      for (const pid of pids) signal(pid, 'SIGKILL');
      return eventually(`${name} is over with what it had begun`, async () => {
        const { underWay, cutOff } = invocations(dev, name);
        if (begun.some((id) => underWay.includes(id))) return undefined;
        return { isDone: begun.some((id) => cutOff.includes(id)) };
      }).then(({ isDone }) => isDone || undefined);
    },
    30_000,
  );
}

/** Request ids of a function's invocations: those that have begun and not ended, and those that ended with their process. */
function invocations(dev: Dev, name: string) {
  const log = readLogs(dev.dataDir).get(`/aws/lambda/${name}`) ?? '';
  const idsOf = (line: RegExp) => [...log.matchAll(line)].map(([, id = '']) => id);
  const ended = new Set(idsOf(/^END RequestId: (\S+)/gm));
  const begun = idsOf(/^START RequestId: (\S+)/gm);
  return {
    underWay: begun.filter((id) => !ended.has(id)),
    cutOff: idsOf(/^REPORT RequestId: (\S+).*Status: error/gm),
  };
}

/** The processes of a function, by their ids. */
export function processesOf(dev: Pick<Dev, 'aws'>, name: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
  const pids = rows.filter((row) => row.includes('index.handler')).map((row) => Number.parseInt(row, 10));
  return pids.filter((pid) => {
    const variables = environmentOf(pid);
    return variables.includes(`AWS_ENDPOINT_URL=${dev.aws}`) && variables.includes(`AWS_LAMBDA_FUNCTION_NAME=${name}`);
  });
}

/** Ends the processes of a function as the kernel would when memory runs out. */
export function killProcesses(dev: Pick<Dev, 'aws'>, name: string): void {
  for (const pid of processesOf(dev, name)) signal(pid, 'SIGKILL');
}

/** Nothing to a process that has gone by itself. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is as dead as it should be.
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
