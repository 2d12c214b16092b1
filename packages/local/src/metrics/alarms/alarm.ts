import type { MetricQueries, MetricQuery } from '../metric-queries.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** How a value can stand to a threshold, and how AWS says so. */
export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  GreaterThanThreshold: { breaches: (value: number, threshold: number) => value > threshold, words: 'greater than' },
  LessThanThreshold: { breaches: (value: number, threshold: number) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;
export type Comparison = keyof typeof COMPARISONS;

export const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

/** What the state of an alarm follows from. */
export interface AlarmRule {
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: (typeof MISSING_DATA)[number];
}

/** An alarm of the stack. */
export interface AlarmDefinition extends AlarmRule {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly periodMs: number;
  /** One, with a metric, or several, of which one returns what is compared. */
  readonly queries: readonly MetricQuery[];
  readonly prepared: MetricQueries;
  /** The id of the query that is compared. */
  readonly compared: string;
  readonly actionsEnabled: boolean;
  /** ARNs by the state that they are told of. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}
