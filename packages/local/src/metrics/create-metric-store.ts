import type { NowMs } from '@cloakroom/core';
import { type Aggregate, aggregateOf, merge } from './aggregate.ts';
import { type Metric, metricKey, NO_UNIT } from './metric.ts';

export const MINUTE_MS = 60_000;
/** How long a minute of a metric is kept. CloudWatch keeps 15 days of them. */
export const RETENTION_MS = 180 * MINUTE_MS;
/** So far ahead of the clock CloudWatch takes a value. */
const MOST_AHEAD_MS = 120 * MINUTE_MS;
const MAX_METRICS = 2000;

/** A span of time in periods of equal length, the first beginning at `startMs`; all are whole minutes. */
export interface Periods {
  readonly startMs: number;
  readonly periodMs: number;
  readonly count: number;
}

/** What was measured lately, minute by minute, in memory. */
export interface MetricStore {
  /**
   * Adds a value, or an aggregate of several, now unless said otherwise.
   *
   * @returns false, and nothing is kept, when the time is three hours back, or two ahead
   */
  put(
    metric: Metric,
    measured: number | Aggregate,
    details?: { readonly unit?: string; readonly timestampMs?: number },
  ): boolean;
  /** What each period has of a metric, of all units unless one is named; undefined where it has nothing. */
  read(metric: Metric, periods: Periods, unit?: string): readonly (Aggregate | undefined)[];
  /** The units that a metric has values of. */
  unitsOf(metric: Metric): readonly string[];
  /** The metrics that have something, those written last at the end. */
  metrics(): readonly Metric[];
}

/** By minute, then by unit. */
type Minutes = Map<number, Map<string, Aggregate>>;

/** Keeps 2,000 metrics for three hours each: of more, those that were not written for longest are dropped. */
export function createMetricStore({
  nowMs,
  maxMetrics = MAX_METRICS,
}: {
  nowMs: NowMs;
  maxMetrics?: number;
}): MetricStore {
  const kept = new Map<string, { readonly metric: Metric; readonly minutes: Minutes }>();
  const oldestMs = () => minuteOf(nowMs()) - RETENTION_MS;

  /** Puts a metric at the end of the order in which they are dropped. */
  function touch(metric: Metric): Minutes {
    const key = metricKey(metric);
    const found = kept.get(key) ?? { metric, minutes: new Map() };
    kept.delete(key);
    kept.set(key, found);
    const [longestUnwritten] = kept.keys();
    if (kept.size > maxMetrics && longestUnwritten !== undefined) kept.delete(longestUnwritten);
    return found.minutes;
  }

  function unitsAt(minutes: Minutes, minute: number): Map<string, Aggregate> {
    const known = minutes.get(minute);
    if (known !== undefined) return known;
    for (const old of minutes.keys()) if (old < oldestMs()) minutes.delete(old);
    const units = new Map<string, Aggregate>();
    minutes.set(minute, units);
    return units;
  }

  function readPeriod(minutes: Minutes, fromMs: number, { periodMs, unit }: { periodMs: number; unit?: string }) {
    let found: Aggregate | undefined;
    for (let minute = fromMs; minute < fromMs + periodMs; minute += MINUTE_MS) {
      for (const [name, aggregate] of minute < oldestMs() ? [] : (minutes.get(minute) ?? [])) {
        if (unit === undefined || unit === name) found = found === undefined ? aggregate : merge(found, aggregate);
      }
    }
    return found;
  }

  return {
    put(metric, measured, { unit = NO_UNIT, timestampMs = nowMs() } = {}) {
      const minute = minuteOf(timestampMs);
      if (minute < oldestMs() || timestampMs > nowMs() + MOST_AHEAD_MS) return false;
      const units = unitsAt(touch(metric), minute);
      const aggregate = typeof measured === 'number' ? aggregateOf([measured]) : measured;
      const earlier = units.get(unit);
      units.set(unit, earlier === undefined ? aggregate : merge(earlier, aggregate));
      return true;
    },
    read(metric, { startMs, periodMs, count }, unit) {
      const minutes = kept.get(metricKey(metric))?.minutes ?? new Map();
      const wanted = unit === undefined ? { periodMs } : { periodMs, unit };
      return Array.from({ length: count }, (_, at) => readPeriod(minutes, startMs + at * periodMs, wanted));
    },
    unitsOf(metric) {
      const minutes = kept.get(metricKey(metric))?.minutes;
      return [...new Set([...(minutes?.values() ?? [])].flatMap((units) => [...units.keys()]))];
    },
    metrics() {
      const isKept = ({ minutes }: { minutes: Minutes }) => [...minutes.keys()].some((minute) => minute >= oldestMs());
      return [...kept.values()].filter(isKept).map(({ metric }) => metric);
    },
  };
}

/** The beginning of the minute that a time is in. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}
