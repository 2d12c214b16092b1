import type { Names } from './names.ts';
import { byName, type Plain, told, without } from './plain.ts';

/** What Application Auto Scaling answers, as far as it is read here. */
interface Answer {
  readonly ScalableTargets?: readonly ScalingPart[];
  readonly ScalingPolicies?: readonly ScalingPart[];
  readonly ScheduledActions?: readonly ScalingPart[];
}

interface ScalingPart {
  readonly ResourceId?: string;
  readonly PolicyName?: string;
  readonly ScheduledActionName?: string;
}

/** Of when and by what it was made, and what all of them are. */
const MADE = ['CreationTime', 'PolicyARN', 'ScalableTargetARN', 'ScheduledActionARN', 'Alarms'];
const SAME = ['ResourceId', 'ScalableDimension', 'ServiceNamespace', 'SuspendedState', 'RoleARN'];

/** What scales the provisioned concurrency of functions, by what is scaled: between which bounds, by which use, and when others count. */
export async function readScaling(endpoint: string, names: Names): Promise<Plain> {
  const [targets, policies, actions] = await Promise.all([
    ask(endpoint, 'DescribeScalableTargets'),
    ask(endpoint, 'DescribeScalingPolicies'),
    ask(endpoint, 'DescribeScheduledActions'),
  ]);
  const of = (parts: readonly ScalingPart[], target: ScalingPart, name: 'PolicyName' | 'ScheduledActionName') =>
    byName(
      parts.filter(({ ResourceId }) => ResourceId === target.ResourceId),
      (part) => names.short(part[name]),
      (part) => without(part, ...MADE, ...SAME, name),
    );
  return byName(
    targets.ScalableTargets ?? [],
    ({ ResourceId }) => names.short(told(ResourceId).replace('function:', '')),
    (target) => ({
      ...without(target, ...MADE, ...SAME),
      policies: of(policies.ScalingPolicies ?? [], target, 'PolicyName'),
      scheduled: of(actions.ScheduledActions ?? [], target, 'ScheduledActionName'),
    }),
  );
}

/** Its API is small, and asked here alone: there is no client of it among our packages. */
async function ask(endpoint: string, action: string): Promise<Answer> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AnyScaleFrontendService.${action}`,
    authorization: 'AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/application-autoscaling/aws4_request',
  };
  const body = JSON.stringify({ ServiceNamespace: 'lambda' });
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${action} was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}
