import { describe, expect, it } from '@jest/globals';
import { aggregateOf } from './aggregate.ts';
import { createMetricStore, MINUTE_MS, RETENTION_MS } from './create-metric-store.ts';
import { parseStatistic } from './statistic.ts';

const START_MS = Date.UTC(2026, 0, 1);
const metric = { namespace: 'test', name: 'Made', dimensions: { service: 'a', kind: 'b' } };
const period = { startMs: START_MS, periodMs: MINUTE_MS, count: 1 };

function storeAt(startMs = START_MS, maxMetrics?: number) {
  const clock = { nowMs: startMs };
  const store = createMetricStore({ nowMs: () => clock.nowMs, ...(maxMetrics === undefined ? {} : { maxMetrics }) });
  const statistic = (name: string, periods = period, unit?: string) =>
    store.read(metric, periods, unit).map((aggregate) => aggregate && parseStatistic(name)?.(aggregate));
  return { clock, store, statistic };
}

describe('a metric', () => {
  it('is the same whatever the order of its dimensions, and another with other values', () => {
    const { store, statistic } = storeAt();
    store.put({ ...metric, dimensions: { kind: 'b', service: 'a' } }, 1);
    store.put({ ...metric, dimensions: { kind: 'c', service: 'a' } }, 1);
    store.put({ ...metric, dimensions: { service: 'a' } }, 1);
    expect(statistic('Sum')).toEqual([1]);
    expect(store.metrics()).toHaveLength(3);
  });

  it('has a value for each period, and none for those without', () => {
    const { store, statistic } = storeAt(START_MS + 10 * MINUTE_MS);
    store.put(metric, 1, { timestampMs: START_MS + 59_999 });
    store.put(metric, 2, { timestampMs: START_MS + 60_000 });
    store.put(metric, 4, { timestampMs: START_MS + 5 * MINUTE_MS });
    expect(statistic('Sum', { startMs: START_MS, periodMs: 2 * MINUTE_MS, count: 3 })).toEqual([3, undefined, 4]);
  });

  it('keeps its units apart', () => {
    const { store, statistic } = storeAt();
    store.put(metric, 1, { unit: 'Count' });
    store.put(metric, 20, { unit: 'Seconds' });
    expect([statistic('Sum', period, 'Seconds'), statistic('Sum', period, 'Bytes'), statistic('Sum')]).toEqual([
      [20],
      [undefined],
      [21],
    ]);
  });

  it.each([
    ['SampleCount', 5],
    ['Sum', 115],
    ['Average', 23],
    ['Minimum', 1],
    ['Maximum', 100],
    ['p0', 1],
    ['p50', 4],
    ['p60', 4],
    ['p80', 8],
    ['p99', 100],
    ['p99.9', 100],
    ['p100', 100],
  ])('has the statistic %s', (name, expected) => {
    const { store, statistic } = storeAt();
    store.put(metric, aggregateOf([100, 1, 8]));
    store.put(metric, aggregateOf([4, 2], [1, 1]));
    expect(statistic(name)).toEqual([expected]);
  });

  it('has no percentile where only sums were given, unless all values are one', () => {
    const { store, statistic } = storeAt();
    store.put(metric, { count: 2, sum: 6, min: 3, max: 3, distribution: undefined });
    expect(statistic('p99')).toEqual([3]);
    store.put(metric, { count: 2, sum: 6, min: 1, max: 5, distribution: undefined });
    expect([statistic('p99'), statistic('Sum')]).toEqual([[undefined], [12]]);
  });

  it.each(['', 'sum', 'p101', 'p-1', 'tm90', 'constructor', 'IQM'])('has no statistic %s', (name) => {
    expect(parseStatistic(name)).toBeUndefined();
  });
});

describe('the store', () => {
  it('keeps three hours, and takes nothing from further back or far ahead', () => {
    const { clock, store, statistic } = storeAt();
    expect(store.put(metric, 1)).toBe(true);
    expect(store.put(metric, 1, { timestampMs: START_MS - RETENTION_MS - 1 })).toBe(false);
    expect(store.put(metric, 1, { timestampMs: START_MS + 3 * 3_600_000 })).toBe(false);
    clock.nowMs += RETENTION_MS;
    expect(statistic('Sum')).toEqual([1]);
    clock.nowMs += MINUTE_MS;
    expect(statistic('Sum')).toEqual([undefined]);
    expect(store.metrics()).toEqual([]);
  });

  it('drops the metrics that were not written for longest when there are too many', () => {
    const { store } = storeAt(START_MS, 2);
    for (const name of ['a', 'b', 'a', 'c']) store.put({ ...metric, name }, 1);
    expect(store.metrics().map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('does not grow with the number of different values, and still finds percentiles', () => {
    const { store, statistic } = storeAt();
    for (let value = 1; value <= 20_000; value += 1) store.put(metric, value);
    const [aggregate] = store.read(metric, period);
    expect(aggregate?.distribution?.size).toBeLessThan(500);
    expect(aggregate).toMatchObject({ count: 20_000, max: 20_000 });
    expect(statistic('p50')).toEqual([10_000]);
  });
});
