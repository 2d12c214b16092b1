import type { Aggregate } from './aggregate.ts';

/** What is made of the values of a period; undefined where that cannot be said. */
export type Statistic = (of: Aggregate) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

/**
 * `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, and percentiles from `p0` to `p100`. Undefined for any other name: trimmed
 * means and the like are not run here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function parseStatistic(name: string): Statistic | undefined {
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name];
  const percent = PERCENTILE.exec(name)?.[1];
  return percent === undefined ? undefined : percentile(Number(percent));
}

/** The smallest value that so many percent of all are not above. Of statistic sets CloudWatch knows one only where all values are equal. */
function percentile(percent: number): Statistic {
  return ({ count, min, max, distribution }) => {
    if (min === max) return min;
    if (distribution === undefined) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * count));
    let seen = 0;
    for (const [value, times] of [...distribution].sort(([a], [b]) => a - b)) {
      seen += times;
      if (seen >= rank) return value;
    }
    return max;
  };
}
