import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { isInvokeAllowed } from '../lambda/permissions.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource, ResolvedStack } from '../stack/resolved-stack.ts';

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The interval of `rate(5 minutes)` in milliseconds; undefined for anything else.
 * As EventBridge does, it wants the singular with 1 and the plural otherwise.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseRate(expression: string): number | undefined {
  const [, count, unit, plural] = /^rate\(([1-9]\d{0,4}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (unitMs === undefined || (count === '1') !== (plural === '')) return undefined;
  return Number(count) * unitMs;
}

const NO_SCHEDULE = 'only rules with a schedule are run here';
const ruleSchema = v.strictObject({
  arn: v.string(),
  name: v.string(),
  is_enabled: v.optional(v.boolean(), true),
  event_pattern: v.optional(v.never(NO_SCHEDULE)),
  schedule_expression: v.optional(v.string(), ''),
  state: v.optional(v.picklist(['ENABLED', 'DISABLED']), 'ENABLED'),
  ...harmless('description', 'tags'),
});
const targetSchema = v.strictObject({
  arn: v.string(),
  rule: v.string(),
  input: v.optional(v.string()),
  ...harmless('target_id'),
});

/** One rule and one of its targets. */
export interface Schedule {
  readonly ruleArn: string;
  readonly intervalMs: number;
  /** ARN of a function, with or without qualifier. */
  readonly target: string;
  /** JSON that takes the place of the event. */
  readonly input: string | undefined;
}

interface Context {
  readonly stack: ResolvedStack;
  readonly lambda: Pick<LambdaService, 'find'>;
}

/**
 * The targets of the rules that are switched on.
 *
 * @throws StackError when a rule or a target is not understood, or EventBridge may not invoke a target: on AWS nothing would ever happen
 */
export function readSchedules({ stack, lambda }: Context): readonly Schedule[] {
  // All are read, so that one that is not understood is noticed though its rule is switched off.
  const targets = stack
    .list('aws_cloudwatch_event_target')
    .map((resource) => ({ ...parseArguments(resource, targetSchema), path: `resource.${resource.address}` }));
  return stack.list('aws_cloudwatch_event_rule').flatMap((resource) => {
    const rule = readRule(resource);
    const own = targets.filter((target) => rule.enabled && target.rule === rule.name);
    for (const { path, arn } of own) assertInvocable(path, { targetArn: arn, ruleArn: rule.arn }, { stack, lambda });
    return own.map(({ arn, input }) => ({ ruleArn: rule.arn, intervalMs: rule.intervalMs, target: arn, input }));
  });
}

function readRule(resource: ResolvedResource) {
  const { arn, name, is_enabled, schedule_expression, state } = parseArguments(resource, ruleSchema);
  const path = `resource.${resource.address}.schedule_expression`;
  if (schedule_expression === '') throw new StackError(path, NO_SCHEDULE);
  const intervalMs = parseRate(schedule_expression);
  if (intervalMs === undefined) throw new StackError(path, 'only rate(…) is understood');
  return { arn, name, intervalMs, enabled: is_enabled && state === 'ENABLED' };
}

interface Invocation {
  readonly targetArn: string;
  readonly ruleArn: string;
}

function assertInvocable(path: string, { targetArn, ruleArn }: Invocation, { stack, lambda }: Context): void {
  const target = lambda.find(targetArn);
  if (target === undefined) throw new StackError(`${path}.arn`, `there is no function ${targetArn}`);
  const { functionName, qualifier } = target;
  const attempt = { functionName, qualifier, principal: 'events.amazonaws.com', sourceArn: ruleArn };
  if (!isInvokeAllowed(stack, attempt))
    throw new StackError(path, `no aws_lambda_permission lets ${ruleArn} invoke it`);
}
