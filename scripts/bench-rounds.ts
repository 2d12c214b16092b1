import type { Ratio, Row } from './bench-part.ts';
import { quartilesOf, ratioOf } from './bench-statistics.ts';

/** One value for each metric. */
export type Measurement<Metric extends string> = Readonly<Record<Metric, number>>;

/** Something to be measured beside others. */
export interface Variant<Metric extends string> {
  readonly name: string;
  measure(): Promise<Measurement<Metric>>;
}

/** By variant, one measurement per round. */
export type Samples<Metric extends string> = ReadonlyMap<string, readonly Measurement<Metric>[]>;

interface RoundsOptions {
  readonly rounds: number;
  /** Rounds before these, which do not count: compilers and caches get their work done in them. */
  readonly warmUpRounds: number;
  readonly progress: (line: string) => void;
}

/**
 * Measures all variants in every round, one after the other, so that all see the same machine. Each round begins with another one,
 * or what comes after a hungry variant would always be the same.
 */
export async function interleave<Metric extends string>(
  variants: readonly Variant<Metric>[],
  { rounds, warmUpRounds, progress }: RoundsOptions,
): Promise<Samples<Metric>> {
  const samples = new Map(variants.map(({ name }): [string, Measurement<Metric>[]] => [name, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    progress(
      round < 0 ? `warming up, ${round + warmUpRounds + 1} of ${warmUpRounds}` : `round ${round + 1} of ${rounds}`,
    );
    const first = (round + warmUpRounds) % variants.length;
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      const measurement = await variant.measure();
      if (round >= 0) samples.get(variant.name)?.push(measurement);
    }
  }
  return samples;
}

interface RowsOptions<Metric> {
  readonly metric: Metric;
  readonly unit: string;
  /** The variants whose figures the others' are divided by. */
  readonly baselines?: readonly string[];
  /** The variants to make rows of: all, if absent. */
  readonly of?: readonly string[];
  /** Follows the variants' names in the table. */
  readonly suffix?: string;
}

/** A row for each variant. @throws RangeError when one that is named was not measured */
export function rowsOf<Metric extends string>(
  samples: Samples<Metric>,
  { metric, unit, baselines = [], of = [...samples.keys()], suffix = '' }: RowsOptions<Metric>,
): readonly Row[] {
  const figuresOf = (name: string) => {
    const measurements = samples.get(name);
    if (measurements === undefined) throw new RangeError(`${name} was not measured`);
    return measurements.map((measurement) => measurement[metric]);
  };
  return of.map((name) => {
    const figures = figuresOf(name);
    const others = baselines.filter((to) => to !== name);
    const ratios = others.map((to): Ratio => ({ to, ...ratioOf(figures, figuresOf(to)) }));
    return { name: `${name}${suffix}`, unit, ...quartilesOf(figures), ratios };
  });
}
