import type { StepResult } from './smoke-steps.ts';

const SIGNS: Readonly<Record<StepResult['outcome'], string>> = { passed: '✓', failed: '✗', 'left out': '–' };
const NAME_WIDTH = 38;
const MS_WIDTH = 7;

/** One line: name, outcome, milliseconds; of a failure also what happened and what to do, a line each. */
export function toLine({ step, outcome, ms, detail, problem, next }: StepResult, secrets: readonly string[]): string {
  const took = outcome === 'left out' ? 'left out' : `${String(ms).padStart(MS_WIDTH - 3)} ms`;
  const lines = [
    `${SIGNS[outcome]} ${step.padEnd(NAME_WIDTH)} ${took.padStart(MS_WIDTH)}${detail === undefined ? '' : `  ${detail}`}`,
    ...(problem === undefined ? [] : [`    what happened: ${problem}`]),
    ...(next === undefined ? [] : [`    what to do:    ${next}`]),
  ];
  return withoutSecrets(lines.join('\n'), secrets);
}

/** `{"step","outcome","ms","detail"?,"problem"?,"next"?}` */
export function toJson(result: StepResult, secrets: readonly string[]): string {
  return withoutSecrets(JSON.stringify(result), secrets);
}

export function summary(results: readonly StepResult[], api: string): string {
  const named = (outcome: StepResult['outcome']) => results.filter((result) => result.outcome === outcome);
  const [passed, failed, leftOut] = [named('passed'), named('failed'), named('left out')];
  const counts = `${passed.length} passed, ${failed.length} failed, ${leftOut.length} left out`;
  if (failed.length === 0) return `\n${api} answers as it should: ${counts}`;
  return `\n${api} does not answer as it should at: ${failed.map(({ step }) => step).join('; ')} (${counts})`;
}

/** An answer might quote what it was sent. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[token]'), text);
}
