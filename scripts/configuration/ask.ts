import type { Answers } from './answers.ts';
import { contradictionsOf } from './contradictions.ts';
import type { Discovered } from './discover.ts';
import { environmentOf } from './environment-of.ts';
import { issuerUrlOf } from './issuer-of.ts';
import { problemsOf } from './problems.ts';
import { QUESTIONS, type Question } from './questions.ts';

/** Somebody who answers. */
export interface Person {
  /** Shows a question and returns the line that comes back. @throws Error when nothing more can come */
  ask(question: string): Promise<string>;
  say(line: string): void;
}

/** Reads the discovery document of an issuer, each once. @throws Error in one line */
export type Discover = (issuer: string) => Promise<Discovered>;

/** Stand for what is not answered yet, so that one answer can be looked at by itself. */
const FILLING: Answers = {
  single: { account: '111122223333' },
  repeated: { 'client-id': ['client'], origin: ['https://app.invalid'] },
};
const POOL = 'eu-central-1_AbCdEfGhI';

/**
 * Asks for all that is not known yet. What is not as it must be is asked again, with what is wrong.
 *
 * @throws Error when a provider that is known already cannot be read, or nobody answers any more
 */
export async function ask(name: string, given: Answers, person: Person, discover: Discover): Promise<Answers> {
  const issuer = issuerUrlOf(given);
  // Whatever is asked first, nobody could answer for a provider that was given and is wrong.
  if (issuer !== undefined) await discover(issuer);
  let answers = given;
  for (const question of QUESTIONS) {
    if (question.isOpen(answers)) answers = await answered(name, answers, question, { ...person, discover });
  }
  return answers;
}

async function answered(
  name: string,
  answers: Answers,
  question: Question,
  { ask: put, say, discover }: Person & { readonly discover: Discover },
): Promise<Answers> {
  const initial = question.initial(answers, name);
  for (;;) {
    const line = (await put(`${question.text}${initial ? ` [${initial}]` : ''}: `)).trim() || initial;
    if (line === '') return answers;
    if (line === undefined) continue;
    try {
      const next = question.take(answers, line);
      const problems = await problemsWith(name, next, question, discover);
      if (problems.length === 0) return next;
      for (const problem of problems) say(problem);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
}

/** What is wrong with the answers to one question, as far as they are known. */
async function problemsWith(
  name: string,
  answers: Answers,
  { options }: Question,
  discover: Discover,
): Promise<readonly string[]> {
  const issuer = issuerUrlOf(answers);
  const single = { ...FILLING.single, ...(issuer === undefined ? { 'user-pool-id': POOL } : {}), ...answers.single };
  const filled = { ...answers, single, repeated: { ...FILLING.repeated, ...answers.repeated } };
  const contradictions = contradictionsOf(filled);
  const discovered = issuer === undefined || contradictions.length > 0 ? undefined : await discover(issuer);
  const problems = contradictions.length > 0 ? contradictions : problemsOf(environmentOf(name, filled, discovered));
  return problems.filter((problem) => options.some((option) => isAbout(problem, option)));
}

/** Options stand at the beginning of a problem, before a colon or a verb. */
function isAbout(problem: string, option: string): boolean {
  const [beginning = ''] = problem.split(/:| is | are | exclude /, 1);
  return beginning.split(/, | and /).includes(`--${option}`);
}
