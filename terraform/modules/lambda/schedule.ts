import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { handleAsynchronous } from './asynchronous.ts';
import { permitInvoke } from './invoke-permission.ts';

export interface ScheduleProps {
  readonly name: string;
  readonly description: string;
  readonly everyMinutes: number;
  readonly alias: LambdaAlias;
  /** The queue that is told which runs were given up. */
  readonly deadLettersArn: string;
}

/** Where the next run is not further away, it is the retry. */
const NEXT_IS_NEAR_MINUTES = 5;

/**
 * Invokes a function again and again. A run that fails is repeated twice where the next is far, and given up when that is due.
 * Rule, target, permission and what becomes of failures have the address `<type>.<id>`.
 */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: props.name,
      description: props.description,
      // EventBridge wants the singular with 1.
      scheduleExpression: `rate(${props.everyMinutes} ${props.everyMinutes === 1 ? 'minute' : 'minutes'})`,
    });
    fixedId(rule, id);
    const permission = permitInvoke(this, id, {
      alias: props.alias,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    handleAsynchronous(this, id, {
      alias: props.alias,
      retries: props.everyMinutes > NEXT_IS_NEAR_MINUTES ? 2 : 0,
      maxAgeSeconds: props.everyMinutes * 60,
      deadLettersArn: props.deadLettersArn,
    });
    const target = { rule: rule.name, arn: props.alias.arn, dependsOn: [permission] };
    fixedId(new CloudwatchEventTarget(this, 'target', target), id);
  }
}
