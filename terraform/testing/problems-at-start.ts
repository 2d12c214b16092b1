import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

type Variables = Readonly<Record<string, string>>;

/** Starts each function in turn, as Lambda does: by its entry, with these variables and no others. */
const START = `
const problems = {};
for (const [name, variables] of Object.entries(JSON.parse(process.argv[1]))) {
  process.env = variables;
  const started = import(process.cwd() + '/' + name + '/src/index.ts');
  problems[name] = await started.then(() => [], (error) => error.problems ?? [String(error)]);
}
console.log(JSON.stringify(problems));
process.exit();
`;

/** By function: what it finds wrong when it starts with these variables. One without any names all that it reads. */
export function problemsAtStart(variables: Readonly<Record<string, Variables>>): Record<string, readonly string[]> {
  return JSON.parse(start(variables).at(-1) ?? '') as Record<string, readonly string[]>;
}

/** What the functions log when they start, one after the other. */
export function linesAtStart(variables: Readonly<Record<string, Variables>>): readonly Record<string, unknown>[] {
  return start(variables)
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function start(variables: Readonly<Record<string, Variables>>): readonly string[] {
  // What Node compiles is kept where scripts/test says: reading the functions is most of the work.
  // biome-ignore lint/style/noProcessEnv: it is Node's own, and no function sees it
  const { NODE_COMPILE_CACHE } = process.env;
  const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
  const options = { cwd: resolve(import.meta.dirname, '../../functions'), env, encoding: 'utf8' } as const;
  const program = ['--input-type=module', '--eval', START, JSON.stringify(variables)];
  return execFileSync(process.execPath, program, options).trimEnd().split('\n');
}
