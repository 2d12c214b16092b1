import { type AlarmDefinition, COMPARISONS } from './alarm.ts';
import type { Judgement } from './judge-alarm.ts';

/** A value and when its period began, in epoch milliseconds. */
export interface Datapoint {
  readonly timeMs: number;
  readonly value: number;
}

/** Why an alarm is in a state, in words as AWS has them. */
export function stateReason(
  alarm: AlarmDefinition,
  { state, missing }: Judgement,
  datapoints: readonly Datapoint[],
): string {
  const { evaluationPeriods, datapointsToAlarm, comparison, threshold, treatMissingData } = alarm;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${plural(missing, 'datapoint was', 'datapoints were')} unknown.`;
  const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  const filled = `${plural(missing, 'missing datapoint was', 'missing datapoints were')} treated as [${treated}]`;
  if (datapoints.length === 0) {
    const periods = plural(evaluationPeriods, 'period', 'periods');
    return `Threshold Crossed: no datapoints were received for ${periods} and ${filled}.`;
  }
  const listed = datapoints.map(({ value, timeMs }) => `${decimal(value)} (${shortTime(timeMs)})`).join(', ');
  const breaching = datapoints.filter(({ value }) => COMPARISONS[comparison].breaches(value, threshold)).length;
  const isAlarm = state === 'ALARM';
  const crossed = isAlarm ? breaching : datapoints.length - breaching;
  const were = crossed === 1 ? 'was' : 'were';
  const compared = `${were} ${isAlarm ? '' : 'not '}${COMPARISONS[comparison].words} the threshold (${decimal(threshold)})`;
  const fills = missing > 0 && (treatMissingData === 'breaching' || treatMissingData === 'notBreaching');
  const minimum = `(minimum ${plural(datapointsToAlarm, 'datapoint', 'datapoints')} for OK -> ALARM transition)`;
  const last = `${crossed} out of the last ${plural(datapoints.length, 'datapoint', 'datapoints')}`;
  return `Threshold Crossed: ${last} [${listed}] ${compared}${fills ? ` and ${filled}` : ''} ${minimum}.`;
}

function plural(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** `2.0`, `0.25` */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `02/11/18 14:39:00` */
function shortTime(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().slice(2, 19).split('T');
  return `${date.split('-').reverse().join('/')} ${time}`;
}
