import type { Series } from '../metric-queries.ts';
import { type AlarmRule, type AlarmState, COMPARISONS } from './alarm.ts';

/**
 * CloudWatch looks so much further back than an alarm's evaluation periods, for values that take the place of missing ones. It does not
 * say how far; in its examples it is two periods.
 */
export const FURTHER_PERIODS = 2;

/** What an alarm makes of its values. */
export interface Judgement {
  /** Undefined where it stays what it is. */
  readonly state: AlarmState | undefined;
  /** The newest values that were looked at, oldest first, by their place in the series. */
  readonly looked: readonly number[];
  /** How many places nothing was found for. */
  readonly missing: number;
}

/**
 * Judges the values of an alarm's evaluation range, oldest first. As many as there are evaluation periods count, the newest: where some
 * are missing, older ones in their stead, and only where those do not suffice what the alarm makes of missing ones.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function judgeAlarm(rule: AlarmRule, series: Series): Judgement {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const present = series.flatMap((value, at) =>
    value === undefined ? [] : [{ at, breaching: breaches(rule, value) }],
  );
  const counted = present.slice(-evaluationPeriods);
  const missing = evaluationPeriods - counted.length;
  const breaching = counted.filter((one) => one.breaching).length;
  const judged = (state: AlarmState | undefined) => ({ state, looked: counted.map(({ at }) => at), missing });

  const assumed = treatMissingData === 'breaching' ? missing : 0;
  if (breaching + assumed >= datapointsToAlarm) return judged('ALARM');
  if (missing === 0 || treatMissingData === 'breaching' || treatMissingData === 'notBreaching') return judged('OK');
  const retains = treatMissingData === 'ignore';
  if (counted.length === 0) return judged(retains ? undefined : 'INSUFFICIENT_DATA');
  return judged(isBreachingSince(datapointsToAlarm) ? (retains ? undefined : 'ALARM') : 'OK');

  /** All that is there is breaching, and so since as many periods as it takes: one such value after another may just be late. */
  function isBreachingSince(periods: number): boolean {
    const oldest = counted[0]?.at ?? series.length;
    return breaching === counted.length && series.length - oldest >= periods;
  }
}

function breaches({ comparison, threshold }: AlarmRule, value: number): boolean {
  return COMPARISONS[comparison].breaches(value, threshold);
}
