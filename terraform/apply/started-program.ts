import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Outcome {
  readonly code: number | null;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

/** A program under way. */
export interface StartedProgram {
  readonly outcome: Promise<Outcome>;
  /** What it printed so far. */
  output(): string;
  /** It and all that it started, at once. */
  kill(): void;
}

/** Where a program runs, with which environment, and who is told what it prints as it comes. */
interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly told?: (text: string) => void;
}

/** Starts a program in a process group of its own, which ends with this process. Nobody is there to be asked. */
export function startProgram(program: string, args: readonly string[], { cwd, env, told }: Place): StartedProgram {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      told?.(text);
    });
  }
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve({ code, output });
    });
  });
  return { outcome, output: () => output, kill };
}
