import { parseArgs } from 'node:util';
import { integerOption } from './integer-option.ts';

export interface BenchOptions {
  /** The letters of the parts to run, in the order of the table. */
  readonly letters: readonly string[];
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly isMarkdown: boolean;
  /** Where the figures go as JSON. */
  readonly jsonFile: string;
}

const [ROUNDS, QUICK_ROUNDS] = [11, 5];

/** @throws Error with one line about what is wrong */
export function parseBenchOptions(args: readonly string[], letters: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      json: { type: 'string', default: '.local/bench.json' },
    },
  });
  const only = values.only?.split(',').map((letter) => letter.trim()) ?? letters;
  const unknown = only.filter((letter) => !letters.includes(letter));
  if (unknown.length > 0) throw new Error(`--only knows ${letters.join(',')}: not ${unknown.join(',')}`);
  const rounds = values.quick ? QUICK_ROUNDS : ROUNDS;
  return {
    letters: letters.filter((letter) => only.includes(letter)),
    rounds: values.rounds === undefined ? rounds : integerOption('--rounds', values.rounds, 1000),
    isQuick: values.quick,
    isMarkdown: values.markdown,
    jsonFile: values.json,
  };
}
