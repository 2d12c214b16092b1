import { FINDINGS, type Finding } from './finding.ts';

const SIGNS = { fault: '✗', note: '–' } as const;

/** What was found, in four lines: where, what, why it matters, what to do. */
export function findingText({ code, where, what, next }: Finding): string {
  const { level, why } = FINDINGS[code];
  return [
    `${SIGNS[level]} ${code}: ${where}`,
    `    what was found: ${what}`,
    `    why it matters: ${why}`,
    `    what to do:     ${next}`,
  ].join('\n');
}

/** `{"code","level","where","what","why","next"}` */
export function findingJson({ code, where, what, next }: Finding): string {
  const { level, why } = FINDINGS[code];
  return JSON.stringify({ code, level, where, what, why, next });
}

/** How it went: 0 nothing is wrong, 1 something is, 2 it could not be looked at everywhere. */
export function exitCode(findings: readonly Finding[], unseen: readonly string[]): 0 | 1 | 2 {
  if (unseen.length > 0) return 2;
  return findings.some(({ code }) => FINDINGS[code].level === 'fault') ? 1 : 0;
}

/** The last line for people. */
export function summary(looked: readonly string[], findings: readonly Finding[], unseen: readonly string[]): string {
  const faults = findings.filter(({ code }) => FINDINGS[code].level === 'fault').length;
  const notes = findings.length - faults;
  const counts = `${count(faults, 'fault')}, ${count(notes, 'note')}`;
  if (unseen.length > 0) return `\ncould not look at ${unseen.join('; ')}; elsewhere: ${counts}`;
  return `\nlooked at ${looked.join('; ')}: ${faults === 0 && notes === 0 ? 'nothing is wrong' : counts}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
