/** Values that were measured within a time, as CloudWatch keeps them. */
export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** How often each value came; undefined where only the four numbers above were given. */
  readonly distribution: ReadonlyMap<number, number> | undefined;
}

/** So many different values are kept as they are; further ones by two digits. */
const MAX_EXACT_VALUES = 100;

/** The aggregate of values; the n-th count says how often the n-th value came, once unless said otherwise. */
export function aggregateOf(values: readonly number[], counts: readonly number[] = []): Aggregate {
  const distribution = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const [at, value] of values.entries()) {
    const times = counts[at] ?? 1;
    count += times;
    sum += value * times;
    add(distribution, value, times);
  }
  return { count, sum, min: Math.min(...values), max: Math.max(...values), distribution };
}

/** Both together. */
export function merge(one: Aggregate, other: Aggregate): Aggregate {
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    distribution: mergeDistributions(one.distribution, other.distribution),
  };
}

function mergeDistributions(one: Aggregate['distribution'], other: Aggregate['distribution']) {
  if (one === undefined || other === undefined) return undefined;
  const merged = new Map(one);
  for (const [value, times] of other) add(merged, value, times);
  return merged;
}

function add(distribution: Map<number, number>, value: number, times: number): void {
  const isFull = distribution.size >= MAX_EXACT_VALUES && !distribution.has(value);
  const kept = isFull ? Number(value.toPrecision(2)) : value;
  distribution.set(kept, (distribution.get(kept) ?? 0) + times);
}
