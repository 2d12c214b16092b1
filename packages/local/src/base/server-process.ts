import { spawn, spawnSync } from 'node:child_process';

/** A server in a process of its own. */
export interface ServerProcess {
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  hasEnded(): boolean;
  /** The end of what it printed: 4000 characters. */
  output(): string;
  /** Asks it to end, kills it after 2 s, and resolves when it is gone. */
  stop(): Promise<void>;
  /** At once. */
  kill(): void;
}

/**
 * Starts a server, and ends it when this process ends, on Linux also when it is killed. Ctrl-C does not reach it: it ends
 * when it is told to. A program that is not there counts as ended, and the output says so.
 */
export function startServerProcess(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): ServerProcess {
  const [program = '', ...args] = [...tiedToUs(), ...command];
  // A group of its own: Ctrl-C in a terminal goes to all of a group, and the tables must be there until the others have stopped.
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  let hasEnded = false;
  const keep = (text: string) => {
    output = (output + text).slice(-4000);
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => keep(chunk.toString()));
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      hasEnded = true;
      process.removeListener('exit', kill);
      resolve();
    };
    child.once('close', end);
    child.once('error', (error) => {
      keep(`\n${error.message}`);
      end();
    });
  });
  return {
    exited,
    hasEnded: () => hasEnded,
    output: () => output,
    kill,
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(kill, 2000);
      await exited;
      clearTimeout(forced);
    },
  };
}

/**
 * What to put before a command so that the kernel ends it when this process is gone: killed, it ends nothing by itself any
 * more, and the next start would share what it serves with a server that nobody stops. Empty where there is no such thing.
 */
function tiedToUs(): readonly string[] {
  const tie = ['setpriv', '--pdeathsig', 'KILL'] as const;
  const [program, ...words] = tie;
  return spawnSync(program, [...words, 'true']).status === 0 ? tie : [];
}
