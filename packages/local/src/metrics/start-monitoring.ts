import { type NowMs, systemNowMs } from '@cloakroom/core';
import type { FunctionTarget } from '../lambda/function-target.ts';
import type { QueueState } from '../sqs/queue-states.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { type AlarmChange, type Alarms, createAlarms } from './alarms/create-alarms.ts';
import { readAlarms } from './alarms/read-alarms.ts';
import { createMetricStore, type MetricStore } from './create-metric-store.ts';
import { everyMinute } from './every-minute.ts';
import { readEmbeddedMetrics } from './sources/embedded-metrics.ts';
import { type Answered, gatewayMetrics } from './sources/gateway-metrics.ts';
import { type Invoked, lambdaMetrics } from './sources/lambda-metrics.ts';
import { sampleQueues } from './sources/queue-metrics.ts';

/** Shortly before a minute is over the queues are looked at, and shortly after it the alarms, when its last lines have come. */
const [SAMPLE_AT_SECOND, EVALUATE_AT_SECOND] = [55, 3];

/** The metrics and alarms of the local AWS, and what they are told by its parts. */
export interface Monitoring {
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly nowMs: NowMs;
  logged(line: string): void;
  invoked(target: FunctionTarget, outcome: Invoked): void;
  delivered(target: FunctionTarget, ageMs: number): void;
  answered(answer: Answered): void;
  /** What happens of itself once a minute: looks at the queues. */
  sample(): void;
  stop(): void;
}

/**
 * Keeps metrics and judges the alarms of the stack every minute.
 *
 * @throws StackError when an alarm is not understood
 */
export function startMonitoring(options: {
  readonly stack: ResolvedStack;
  readonly queues: () => readonly QueueState[];
  /** How far its clock is ahead of the system's. A test that moves it judges the alarms itself. */
  readonly aheadMs?: (() => number) | undefined;
  readonly onAlarm?: ((change: AlarmChange) => void) | undefined;
  /** Told about what should never happen. */
  readonly onError: (error: unknown) => void;
}): Monitoring {
  const { stack, queues, aheadMs = () => 0, onAlarm, onError } = options;
  const nowMs = () => systemNowMs() + aheadMs();
  const metrics = createMetricStore({ nowMs });
  const definitions = readAlarms(stack);
  const alarms = createAlarms({ definitions, metrics, nowMs, ...(onAlarm === undefined ? {} : { onChange: onAlarm }) });
  const sample = () => sampleQueues(queues(), metrics, nowMs);
  const timers = [
    everyMinute(SAMPLE_AT_SECOND, sample, onError),
    everyMinute(EVALUATE_AT_SECOND, alarms.evaluate, onError),
  ];
  return {
    ...lambdaMetrics(metrics),
    metrics,
    alarms,
    nowMs,
    sample,
    logged: (line) => readEmbeddedMetrics(line, metrics, aheadMs()),
    answered: gatewayMetrics(metrics),
    stop: () => timers.forEach((timer) => void timer.stop()),
  };
}
