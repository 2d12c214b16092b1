import { randomUUID } from 'node:crypto';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { readSchedules, type Schedule } from './read-schedules.ts';

export interface ScheduleOptions {
  readonly stack: ResolvedStack;
  readonly lambda: Pick<LambdaService, 'find' | 'invoke'>;
  readonly onError: (error: unknown) => void;
}

/** The running schedules. */
export interface Schedules {
  /** Resolves when every target was invoked once. Failures of the functions stand in their logs. */
  readonly started: Promise<void>;
  stop(): void;
}

/**
 * Runs the rules with a rate: at the start, then at every interval.
 *
 * @throws StackError when a rule is not understood or EventBridge may not invoke its target: on AWS nothing would ever happen
 */
export function startSchedules({ stack, lambda, onError }: ScheduleOptions): Schedules {
  const schedules = readSchedules({ stack, lambda });
  const run = async (schedule: Schedule): Promise<void> => {
    try {
      await lambda.invoke(
        schedule.target,
        schedule.input ?? JSON.stringify(scheduledEvent(schedule.ruleArn, stack.region)),
      );
    } catch (error) {
      onError(error);
    }
  };
  const timers = schedules.map((schedule) => setInterval(() => void run(schedule), schedule.intervalMs).unref());
  return {
    started: Promise.all(schedules.map(run)).then(() => undefined),
    stop: () => timers.forEach((timer) => void clearInterval(timer)),
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled-events.html */
function scheduledEvent(ruleArn: string, region: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LOCAL_ACCOUNT_ID,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
