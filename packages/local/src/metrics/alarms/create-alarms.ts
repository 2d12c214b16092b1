import type { NowMs } from '@cloakroom/core';
import { type MetricStore, minuteOf } from '../create-metric-store.ts';
import type { AlarmDefinition, AlarmState } from './alarm.ts';
import { FURTHER_PERIODS, judgeAlarm } from './judge-alarm.ts';
import { type Datapoint, stateReason } from './state-reason.ts';

/** An alarm of the stack as it stands. */
export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly reason: string;
  /** JSON; absent before the first evaluation, and where somebody has set the state without any. */
  readonly reasonData: string | undefined;
  /** When it came into the state, in epoch milliseconds. */
  readonly sinceMs: number;
}

/** An alarm that has come from one state into another. */
export interface AlarmChange {
  readonly from: Pick<Alarm, 'state' | 'reason'>;
  readonly to: Alarm;
}

/** What there is to say of a state that is set. */
type AlarmStateWish = Pick<Alarm, 'state' | 'reason' | 'reasonData'>;

/** The alarms of the stack, and what became of them. */
export interface Alarms {
  list(): readonly Alarm[];
  find(name: string): Alarm | undefined;
  /** Judges all by the minutes that are over, and returns what has changed its state. CloudWatch does so every minute. */
  evaluate(): readonly AlarmChange[];
  /** Sets a state that lasts until the next evaluation finds another; nothing happens where there is no such alarm. */
  set(name: string, wish: AlarmStateWish): void;
  /** The newest thousand changes, oldest first. */
  history(): readonly AlarmChange[];
}

const MAX_HISTORY = 1000;
const UNCHECKED = 'Unchecked: Initial alarm creation';

/** @param onChange is told of every change of a state */
export function createAlarms(options: {
  readonly definitions: readonly AlarmDefinition[];
  readonly metrics: Pick<MetricStore, 'read'>;
  readonly nowMs: NowMs;
  readonly onChange?: (change: AlarmChange) => void;
}): Alarms {
  const { definitions, metrics, nowMs, onChange } = options;
  const createdMs = nowMs();
  const alarms = new Map(definitions.map((definition) => [definition.name, created(definition, createdMs)]));
  const changes: AlarmChange[] = [];

  function change(from: Alarm, wish: AlarmStateWish): AlarmChange | undefined {
    if (from.state === wish.state) return undefined;
    const to = { definition: from.definition, ...wish, sinceMs: nowMs() };
    const changed = { from, to };
    alarms.set(from.definition.name, to);
    changes.push(changed);
    changes.splice(0, changes.length - MAX_HISTORY);
    onChange?.(changed);
    return changed;
  }

  function evaluateOne(alarm: Alarm): AlarmChange | undefined {
    const { prepared, compared, evaluationPeriods, periodMs } = alarm.definition;
    const count = evaluationPeriods + FURTHER_PERIODS;
    // The window ends with the last full minute, and moves with every minute whatever the period.
    const startMs = minuteOf(nowMs()) - count * periodMs;
    const series = prepared.series(compared, { startMs, periodMs, count }, metrics);
    const judged = judgeAlarm(alarm.definition, series);
    if (judged.state === undefined) return undefined;
    const datapoints = judged.looked.map((at) => ({ timeMs: startMs + at * periodMs, value: series[at] ?? 0 }));
    const reason = stateReason(alarm.definition, judged, datapoints);
    return change(alarm, { state: judged.state, reason, reasonData: reasonData(alarm, datapoints) });
  }

  function reasonData({ definition }: Alarm, datapoints: readonly Datapoint[]): string {
    const { periodMs, threshold } = definition;
    return JSON.stringify({
      version: '1.0',
      queryDate: new Date(nowMs()).toISOString(),
      ...(datapoints[0] === undefined ? {} : { startDate: new Date(datapoints[0].timeMs).toISOString() }),
      period: periodMs / 1000,
      recentDatapoints: datapoints.map(({ value }) => value),
      threshold,
    });
  }

  return {
    list: () => [...alarms.values()],
    find: (name) => alarms.get(name),
    evaluate: () => [...alarms.values()].flatMap((alarm) => evaluateOne(alarm) ?? []),
    set(name, wish) {
      const alarm = alarms.get(name);
      if (alarm !== undefined) change(alarm, wish);
    },
    history: () => changes,
  };
}

function created(definition: AlarmDefinition, sinceMs: number): Alarm {
  return { definition, state: 'INSUFFICIENT_DATA', reason: UNCHECKED, reasonData: undefined, sinceMs };
}
