import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';

/** The world outside: programs, and the person. */
export interface Tools {
  /** Runs a program in a folder, its output shown. `undefined`: there is no such program. */
  run(program: string, args: readonly string[], folder: string): number | undefined;
  /** Runs a program in a folder, and returns what it printed. @throws Error with what it said of its failure */
  read(program: string, args: readonly string[], folder: string): string;
  /** Whether the person answers with this word: `yes`, unless another is wanted. @throws Error when there is nobody to ask, and no `--yes` */
  confirm(question: string, word?: string): Promise<boolean>;
  say(line: string): void;
}

/** More than the largest plan: what a program prints is kept in memory. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** No notes on newer versions, no pager, and no hints at what to type next: we give those. */
const ENVIRONMENT = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', AWS_PAGER: '' };

/** @param yes whether the person has said yes to everything before: `--yes` */
export function realTools({ yes = false } = {}): Tools {
  const env = { ...process.env, ...ENVIRONMENT };
  return {
    run: (program, args, folder) =>
      untilItEnds(() => {
        const { error, status } = spawnSync(program, args, { cwd: folder, env, stdio: 'inherit' });
        return error === undefined ? (status ?? 1) : undefined;
      }),
    read: (program, args, folder) =>
      untilItEnds(() => {
        const options = { cwd: folder, env, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES } as const;
        const { error, status, stdout, stderr } = spawnSync(program, args, options);
        if (error !== undefined) throw new Error(`${program} cannot be run: is it installed?`, { cause: error });
        if (status !== 0) throw new Error(`${program} ${args.slice(0, 2).join(' ')} failed: ${stderr.trim()}`);
        return stdout;
      }),
    async confirm(question, word = 'yes') {
      if (yes) return true;
      const flag = word === 'yes' ? '--yes' : `--yes ${word}`;
      if (!process.stdin.isTTY) throw new Error(`there is nobody to ask: pass ${flag} to go on without asking`);
      const answer = await ask(question);
      return answer.trim() === word;
    },
    say: (line) => console.error(`cloakroom: ${line}`),
  };
}

/** @throws Error when the person ends it by Ctrl-C or Ctrl-D: what was begun can then be undone */
async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<never>((_, reject) => {
    prompt.once('close', () => reject(new Error('there was no answer: nothing was done')));
  });
  prompt.once('SIGINT', () => prompt.close());
  try {
    return await Promise.race([prompt.question(question), ended]);
  } finally {
    ended.catch(() => undefined);
    prompt.close();
  }
}

/** Ctrl-C reaches the program too: it is waited for, since Terraform then gives the lock of its state back. */
function untilItEnds<T>(work: () => T): T {
  const wait = () => undefined;
  process.on('SIGINT', wait);
  try {
    return work();
  } finally {
    process.off('SIGINT', wait);
  }
}

/** `terraform`, or what `TERRAFORM_BIN` names: OpenTofu's `tofu`, or a path. */
export function terraformProgram(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.TERRAFORM_BIN || 'terraform';
}

/**
 * Runs Terraform, its output shown.
 *
 * @throws Error when it fails
 */
export function terraform(tools: Tools, folder: string, args: readonly string[]): void {
  if (tools.run(terraformProgram(), args, folder) !== 0) throw new Error(`terraform ${args[0]} failed; see above`);
}

/** What an output of the stack is. @throws Error when there is none of this name */
export function readOutput(tools: Tools, folder: string, name: string): unknown {
  return JSON.parse(tools.read(terraformProgram(), ['output', '-json', name], folder));
}

/** Says what begins, and how long it took. */
export async function step<T>(tools: Pick<Tools, 'say'>, title: string, work: () => T | Promise<T>): Promise<T> {
  tools.say(title);
  const startMs = performance.now();
  const result = await work();
  tools.say(`${title}: done in ${seconds(performance.now() - startMs)}`);
  return result;
}

function seconds(durationMs: number): string {
  const whole = Math.round(durationMs / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * What the AWS CLI answers, parsed; `undefined` where it answers nothing.
 *
 * @param args the service, the operation, and its options: `['lambda', 'get-alias', '--name', 'live']`
 * @throws Error with what the AWS CLI said
 */
export function readAws(tools: Pick<Tools, 'read'>, region: string, args: readonly string[]): unknown {
  const answer = tools.read('aws', [...args, '--region', region, '--output', 'json'], process.cwd());
  return answer.trim() === '' ? undefined : JSON.parse(answer);
}
