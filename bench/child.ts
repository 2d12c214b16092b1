import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** A process that answers each message with one. It ends with this one. */
export interface Child {
  /** The first message, sent when it is ready. */
  readonly ready: unknown;
  /** @throws Error when it fails, with what it said */
  ask(message: unknown): Promise<unknown>;
  stop(): void;
}

interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  /** Where its standard output goes. If absent, it is read and dropped, as a log collector would. */
  readonly logFile?: string;
}

/**
 * Starts a module of the benchmark in a process of its own.
 *
 * @throws Error when it ends before it is ready
 */
export async function startChild(
  file: string,
  args: readonly string[],
  { env, execArgv = [], logFile }: ChildOptions,
): Promise<Child> {
  const log = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = fork(file, args, {
    env,
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    stdio: ['ignore', log, 'pipe', 'ipc'],
  });
  if (typeof log === 'number') closeSync(log);
  let complaints = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-4000);
  });
  const answer = () => nextMessage(child, () => complaints);
  return {
    ready: await answer(),
    async ask(message) {
      const answered = answer();
      child.send(message as object);
      const reply = await answered;
      if (reply instanceof Object && 'error' in reply) throw new Error(`${args[0]}: ${reply.error}`);
      return reply;
    },
    stop: () => child.disconnect(),
  };
}

async function nextMessage(child: ChildProcess, complaints: () => string): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.slice(1).join(' ').slice(0, 200)} ended (${code}): ${complaints()}`);
  });
  try {
    const message = once(child, 'message', { signal }).then(([said]) => said as unknown);
    return await Promise.race([message, ended]);
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}
