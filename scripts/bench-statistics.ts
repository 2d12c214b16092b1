/** Of a sample of numbers. */
export interface Quartiles {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
}

/**
 * The quartiles of a sample, by linear interpolation between its order statistics (R's type 7, the default of most tools).
 *
 * @throws RangeError for an empty sample
 */
export function quartilesOf(sample: readonly number[]): Quartiles {
  if (sample.length === 0) throw new RangeError('there is nothing to take a median of');
  const sorted = sample.toSorted((one, two) => one - two);
  const at = (fraction: number) => {
    const position = fraction * (sorted.length - 1);
    const [low = Number.NaN, high = low] = sorted.slice(Math.floor(position));
    return low + (high - low) * (position % 1);
  };
  return { median: at(0.5), q1: at(0.25), q3: at(0.75) };
}

/** The quartiles of the ratios of what was measured in the same round: what slows a whole round down is in both, and goes out. */
export function ratioOf(sample: readonly number[], baseline: readonly number[]): Quartiles {
  if (sample.length !== baseline.length) throw new RangeError('the two were not measured in the same rounds');
  return quartilesOf(sample.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}
