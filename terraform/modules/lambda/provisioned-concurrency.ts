import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js';
import { AppautoscalingScheduledAction } from '@cdktf/provider-aws/lib/appautoscaling-scheduled-action/index.js';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaProvisionedConcurrencyConfig } from '@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/** Before more than this share is in use, there are more. */
const UTILIZATION = 0.7;

/** Of what Application Auto Scaling scales here. */
const SCALED = { serviceNamespace: 'lambda', scalableDimension: 'lambda:function:ProvisionedConcurrency' };

interface Bounds {
  readonly minimum: number;
  readonly maximum?: number | undefined;
}

interface ScheduledBounds extends Bounds {
  /** The six fields of AWS's cron expressions. */
  readonly cron: string;
  /** Default: UTC. */
  readonly timezone?: string | undefined;
}

export interface ProvisionedConcurrencyProps extends Bounds {
  readonly alias: LambdaAlias;
  /** What the names of policy and actions begin with. */
  readonly name: string;
  readonly utilization?: number | undefined;
  readonly schedule?: readonly ScheduledBounds[] | undefined;
}

/**
 * Environments of the version behind an alias that have started before anybody asks: `minimum` of them, up to `maximum` by use, others
 * by schedule. What scaling has changed, Terraform leaves as it is. Addresses are `<type>.<id>`, of actions `<type>.<id>_<index>`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export class ProvisionedConcurrency extends Construct {
  constructor(scope: Construct, id: string, props: ProvisionedConcurrencyProps) {
    super(scope, id);
    const { alias, name, minimum, maximum, schedule = [] } = props;
    const isScaled = maximum !== undefined || schedule.length > 0;
    const ready = new LambdaProvisionedConcurrencyConfig(this, 'this', {
      functionName: alias.functionName,
      qualifier: alias.name,
      provisionedConcurrentExecutions: minimum,
      ...(isScaled ? { lifecycle: { ignoreChanges: ['provisioned_concurrent_executions'] } } : {}),
    });
    fixedId(ready, id);
    if (!isScaled) return;
    const target = new AppautoscalingTarget(this, 'target', {
      ...SCALED,
      resourceId: `function:${alias.functionName}:${alias.name}`,
      minCapacity: minimum,
      maxCapacity: maximum ?? minimum,
      dependsOn: [ready],
      // A scheduled action writes its bounds into the target.
      ...(schedule.length > 0 ? { lifecycle: { ignoreChanges: ['min_capacity', 'max_capacity'] } } : {}),
    });
    fixedId(target, id);
    if (maximum !== undefined) fixedId(new AppautoscalingPolicy(this, 'use', policyOf(props, target)), id);
    for (const [index, entry] of schedule.entries()) {
      const action = { ...scaledBy(target), ...timesOf(entry), name: `${name}-${index}` };
      fixedId(new AppautoscalingScheduledAction(this, `scheduled-${index}`, action), `${id}_${index}`);
    }
  }
}

const scaledBy = ({ serviceNamespace, scalableDimension, resourceId }: AppautoscalingTarget) => ({
  serviceNamespace,
  scalableDimension,
  resourceId,
});

function policyOf({ name, utilization = UTILIZATION }: ProvisionedConcurrencyProps, target: AppautoscalingTarget) {
  return {
    ...scaledBy(target),
    name,
    policyType: 'TargetTrackingScaling',
    targetTrackingScalingPolicyConfiguration: {
      targetValue: utilization,
      predefinedMetricSpecification: { predefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
    },
  };
}

function timesOf({ cron, timezone, minimum, maximum = minimum }: ScheduledBounds) {
  return {
    schedule: `cron(${cron})`,
    timezone: timezone ?? 'UTC',
    scalableTargetAction: { minCapacity: String(minimum), maxCapacity: String(maximum) },
  };
}
