import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openProcessOutput } from './process-output.ts';

/** Node's arguments that run a handler under a runtime client. */
export type RuntimeCommand = (handler: string) => readonly string[];

/** Amazon's own runtime client where it could be built (it is native, and for Linux), else our small one. */
export function runtimeCommand(client = amazonsClient() ?? ownRuntimeClient()): RuntimeCommand {
  return (handler) => [client, handler];
}

/** The file of our own runtime client. */
export function ownRuntimeClient(): string {
  return fileURLToPath(new URL('./runtime-client.ts', import.meta.url));
}

/** The file of aws-lambda-ric; undefined where it is not installed or its native part was not built. */
export function amazonsClient(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('aws-lambda-ric/package.json'));
    return existsSync(join(folder, 'rapid-client.node')) ? join(folder, 'index.mjs') : undefined;
  } catch {
    return undefined;
  }
}

/** A function's process. */
export interface RuntimeProcess {
  /** Resolves with how it ended, in the words of Lambda's `Runtime.ExitError`. Never rejects. */
  readonly ended: Promise<string>;
  /** Hands on the lines it has written so far. */
  readOutput(): void;
  /** Bytes of output read so far; they are on the disk as long as it runs. */
  outputBytes(): number;
  /** Ends it and its children at once. */
  kill(): void;
}

/** Ends what still runs when this process ends by itself; when it is killed, the Runtime API goes with it, and the runtimes end. */
const kills = new Set<() => void>();
process.once('exit', () => kills.forEach((kill) => void kill()));

/** Starts `node` with exactly the given variables in the folder; each line of its output goes to `onLine`. */
export function startRuntimeProcess(options: {
  args: readonly string[];
  cwd: string;
  variables: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
}): RuntimeProcess {
  const { args, cwd, variables, onLine } = options;
  const output = openProcessOutput(onLine);
  // A group of its own, so that what the function starts ends with it.
  const stdio = ['ignore' as const, output.fd, output.fd];
  const child = spawn(process.execPath, args, { cwd, env: variables, detached: true, stdio });
  const kill = () => killGroup(child.pid);
  kills.add(kill);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(describeExit(code, signal)));
  }).then((reason) => {
    kills.delete(kill);
    kill();
    output.close();
    return reason;
  });
  return { ended, kill, readOutput: output.read, outputBytes: output.size };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}
