import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@cloakroom/terraform';
import { type Answers, type ConfigureOptions, commandOf } from './answers.ts';
import { ask, type Discover, type Person } from './ask.ts';
import { contradictionsOf } from './contradictions.ts';
import { environmentOf, stateBucketOf } from './environment-of.ts';
import { changedFields, environmentSource, writeFiles } from './files.ts';
import { issuerUrlOf, pageOf } from './issuer-of.ts';
import { dataOf, problemsOf } from './problems.ts';
import type { Written } from './written.ts';

export interface ConfigureTools {
  /** The folder of all environments. */
  readonly folder: string;
  /** The environments that there are, by name. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** The routes.ts of an environment without any. */
  readonly routesTemplate: string;
  /** Undefined: there is nobody to ask. */
  readonly person: Person | undefined;
  readonly discover: Discover;
  say(line: string): void;
}

/**
 * Writes an environment of what is told by options, and asks for the rest where something is missing that it cannot be without.
 *
 * @throws Error in one or more lines: what is wrong, by option, or what a file that is there would lose
 */
export async function configure(
  { name, force, answers: given }: ConfigureOptions,
  tools: ConfigureTools,
): Promise<void> {
  const isComplete = contradictionsOf(given).every((problem) => !problem.includes(' is missing'));
  const { person, discover, say } = tools;
  const answers = isComplete || person === undefined ? given : await ask(name, given, person, discover);
  const fields = await fieldsOf(name, answers, tools);
  assertNothingLost(name, fields, { ...tools, force });
  const folder = join(tools.folder, name);
  for (const file of writeFiles(folder, environmentSource(fields), tools.routesTemplate)) say(`wrote ${file}`);
  if (answers !== given) say(`the same without a question: ${commandOf(name, answers)}`);
  say(`what the provider needs is in ${pageOf(answers)}, and every field in docs/configuration.md`);
  say(
    `next: scripts/bootstrap-state ${name}, unless there is the bucket ${stateBucketOf(answers)}; then scripts/deploy ${name}`,
  );
}

async function fieldsOf(
  name: string,
  answers: Answers,
  { discover, environments }: ConfigureTools,
): Promise<Readonly<Record<string, Written>>> {
  const contradictions = contradictionsOf(answers);
  if (contradictions.length > 0) throw wrong(name, answers, contradictions);
  const issuer = issuerUrlOf(answers);
  const fields = environmentOf(name, answers, issuer === undefined ? undefined : await discover(issuer));
  const problems = problemsOf(fields, Object.values(environments));
  if (problems.length > 0) throw wrong(name, answers, problems);
  return fields;
}

function wrong(name: string, answers: Answers, problems: readonly string[]): Error {
  const lines = problems.map((problem) => `  - ${problem}`).join('\n');
  return new Error(`nothing was written:\n${lines}\nthe command so far: ${commandOf(name, answers)}`);
}

/** @throws Error naming each field that would be another than it is now */
function assertNothingLost(
  name: string,
  fields: Readonly<Record<string, Written>>,
  { folder, environments, force, say }: ConfigureTools & { readonly force: boolean },
): void {
  const file = join(folder, name, 'environment.ts');
  if (!existsSync(file)) return;
  const { own: _, ...before } = environments[name] ?? {};
  const changes = changedFields(before, dataOf(fields)).map((change) => `  - ${change}`);
  if (force) {
    for (const change of changes) say(change);
    return;
  }
  throw new Error(
    `${file} is there, and nothing was written. With --force it is written anew; it would lose its comments, and change:\n${changes.join('\n')}`,
  );
}
