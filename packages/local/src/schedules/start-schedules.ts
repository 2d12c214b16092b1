import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { StackError } from '../errors.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { isInvokeAllowed } from '../lambda/permissions.ts';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { parseRate } from './rate-expression.ts';

const ruleSchema = v.object({
  arn: v.string(),
  name: v.string(),
  is_enabled: v.optional(v.boolean(), true),
  schedule_expression: v.string(),
  state: v.optional(v.string(), 'ENABLED'),
});
const targetSchema = v.object({ arn: v.string(), rule: v.string(), input: v.optional(v.string()) });

/** One rule and one of its targets. */
interface Schedule {
  readonly ruleArn: string;
  readonly intervalMs: number;
  /** ARN of a function, with or without qualifier. */
  readonly target: string;
  /** JSON that takes the place of the event. */
  readonly input: string | undefined;
}

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
  const schedules = stack.list('aws_cloudwatch_event_rule').flatMap((rule) => schedulesOf(rule.address, stack, lambda));
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

function schedulesOf(address: string, stack: ResolvedStack, lambda: Pick<LambdaService, 'find'>): readonly Schedule[] {
  const rule = v.safeParse(ruleSchema, stack.get(address).attributes);
  if (!rule.success) throw new StackError(`resource.${address}`, 'only rules with a schedule are run here');
  const { arn, name, is_enabled, schedule_expression, state } = rule.output;
  const intervalMs = parseRate(schedule_expression);
  if (intervalMs === undefined) {
    throw new StackError(`resource.${address}.schedule_expression`, 'only rate(…) is understood');
  }
  if (!is_enabled || state !== 'ENABLED') return [];
  return stack.list('aws_cloudwatch_event_target').flatMap((resource) => {
    const target = v.parse(targetSchema, resource.attributes);
    if (target.rule !== name) return [];
    assertInvocable(`resource.${resource.address}`, { stack, lambda, arn: target.arn, ruleArn: arn });
    return [{ ruleArn: arn, intervalMs, target: target.arn, input: target.input }];
  });
}

function assertInvocable(
  path: string,
  {
    stack,
    lambda,
    arn,
    ruleArn,
  }: { stack: ResolvedStack; lambda: Pick<LambdaService, 'find'>; arn: string; ruleArn: string },
): void {
  const target = lambda.find(arn);
  if (target === undefined) throw new StackError(`${path}.arn`, `there is no function ${arn}`);
  const { functionName, qualifier } = target;
  const attempt = { functionName, qualifier, principal: 'events.amazonaws.com', sourceArn: ruleArn };
  if (!isInvokeAllowed(stack, attempt))
    throw new StackError(path, `no aws_lambda_permission lets ${ruleArn} invoke it`);
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
