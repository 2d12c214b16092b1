import { spawn } from 'node:child_process';

/** Commands on a page, and what they should print. */
export interface PageStep {
  /** Of the commands, counted from 1. */
  readonly line: number;
  readonly commands: string;
  /** What the `# → ` lines after them say; `…` stands for anything. Undefined where they say nothing. */
  readonly expected: string | undefined;
}

/** A block of shell commands. */
export interface PageBlock {
  readonly line: number;
  readonly steps: readonly PageStep[];
  /** Why it cannot be run against the local AWS: its first line is `# on AWS only: <why>`. */
  readonly onAwsOnly: string | undefined;
}

const AWS_ONLY = /^# on AWS only: (.+)$/;
const ANSWER = /^# → ?(.*)$/;
const ANYTHING = '…';
/** Stands between the outputs of two steps: no command prints it. */
const SEPARATOR = '\u001e';

/**
 * The `sh` blocks of a Markdown page. A step is all commands up to the lines, `# → …`, that tell what they print.
 *
 * @throws Error for shell commands in a block of another name: nobody would run them
 */
export function pageBlocks(markdown: string): readonly PageBlock[] {
  const lines = markdown.split('\n');
  const other = lines.findIndex((line) => /^\s*```(?:bash|shell|console|zsh)\b/.test(line));
  if (other >= 0) throw new Error(`line ${other + 1}: blocks of commands are called sh`);
  return lines.flatMap((line, index) => {
    if (line !== '```sh') return [];
    const length = lines.slice(index + 1).indexOf('```');
    return [blockOf(lines.slice(index + 1, index + 1 + length), index + 2)];
  });
}

function blockOf(lines: readonly string[], line: number): PageBlock {
  return { line, steps: stepsOf(lines, line), onAwsOnly: AWS_ONLY.exec(lines[0] ?? '')?.[1] };
}

function stepsOf(lines: readonly string[], firstLine: number): readonly PageStep[] {
  const steps: PageStep[] = [];
  let commands: string[] = [];
  let answers: string[] = [];
  const end = (next: number) => {
    if (commands.some((line) => line.trim() !== '')) {
      const expected = answers.length === 0 ? undefined : answers.join('\n');
      steps.push({ line: next - answers.length - commands.length, commands: commands.join('\n'), expected });
    }
    [commands, answers] = [[], []];
  };
  for (const [index, line] of lines.entries()) {
    const answer = ANSWER.exec(line);
    if (answer === null && answers.length > 0) end(firstLine + index);
    if (answer === null) commands.push(line);
    else answers.push(answer[1] ?? '');
  }
  end(firstLine + lines.length);
  return steps;
}

/** A step, and what its commands have printed. */
export interface RunStep extends PageStep {
  readonly output: string;
}

export interface PageRun {
  /** `here`, the default: all but the blocks that run on AWS only. `aws`: these alone. */
  readonly blocks?: 'here' | 'aws';
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What stands for something else in the test than on the page, such as ports. */
  readonly replacements: Readonly<Record<string, string>>;
}

/**
 * Runs all commands of a page that can be run in a place, in their order and in one shell, as somebody who copies them would.
 *
 * @throws Error naming the line of the page whose command fails, prints nothing at all of what the page says, or something else
 */
export async function runPage(markdown: string, run: PageRun): Promise<readonly RunStep[]> {
  const onAws = run.blocks === 'aws';
  const steps = pageBlocks(markdown)
    .filter(({ onAwsOnly }) => (onAwsOnly !== undefined) === onAws)
    .flatMap((block) => block.steps);
  const script = steps.map(({ commands }) => `${replaced(commands, run)}\nprintf '${SEPARATOR}'\n`).join('');
  const { code, stdout, stderr } = await shell(script, run);
  const outputs = stdout.split(SEPARATOR);
  return steps.map((step, index) => {
    const { line, commands, expected } = step;
    const output = outputs[index]?.trim() ?? '';
    if (index >= outputs.length - 1) {
      throw new Error(`line ${line} failed with ${code}: ${commands}\n${output}\n${stderr.trim()}`);
    }
    if (expected === undefined || isAsExpected(output, replaced(expected, run))) return { ...step, output };
    throw new Error(`line ${line}: ${commands}\nshould print: ${expected}\nand printed: ${output}`);
  });
}

function replaced(text: string, { replacements }: PageRun): string {
  return Object.entries(replacements).reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

/** However much space is between words: columns of the AWS CLI have tabs. */
function isAsExpected(output: string, expected: string): boolean {
  const spaced = (text: string) => text.trim().replace(/\s+/g, ' ');
  const parts = spaced(expected)
    .split(ANYTHING)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(spaced(output));
}

function shell(
  script: string,
  { cwd, env }: PageRun,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-e'], { cwd, env });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
    // What a command reads from standard input must not be the rest of the script.
    child.stdin.end(`{\n${script}\n} </dev/null\n`);
  });
}
