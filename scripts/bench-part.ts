import type { Quartiles } from './bench-statistics.ts';

/** A figure: the median of one measurement per round, with its quartiles. */
export interface Row extends Quartiles {
  /** What was measured, as the table says it. */
  readonly name: string;
  readonly unit: string;
  /** The same against others that were measured in the same rounds. */
  readonly ratios: readonly Ratio[];
}

/** Of a figure to one of another row: the median of the rounds' ratios, with its quartiles. */
export interface Ratio extends Quartiles {
  /** Whose figure stands below the line. */
  readonly to: string;
}

/** What a part is given. */
export interface BenchContext {
  /** How many measurements of each variant there are to be. */
  readonly rounds: number;
  /** Whether a rough answer will do: fewer requests per round, fewer variants. */
  readonly isQuick: boolean;
  /** Says on standard error what is going on. */
  readonly progress: (line: string) => void;
  /** An empty folder, removed after the part. */
  readonly folder: string;
}

/** One part of the benchmark, `bench/parts/<letter>-<name>.ts`. */
export interface Part {
  /** For `--only`. */
  readonly letter: string;
  readonly title: string;
  /** How it is measured, in a sentence or two: stands above its table. */
  readonly measures: string;
  /** @throws Error when what was to be measured did something else: a figure of that would mean nothing */
  run(context: BenchContext): Promise<readonly Row[]>;
}

/** What a run has found in a part. */
export interface PartResult extends Pick<Part, 'letter' | 'title' | 'measures'> {
  readonly rows: readonly Row[];
}
