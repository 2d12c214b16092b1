import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { permitInvoke } from './invoke-permission.ts';

export interface ScheduleProps {
  readonly name: string;
  readonly description: string;
  readonly everyMinutes: number;
  readonly alias: LambdaAlias;
}

/** Invokes a function again and again. Rule, target and permission have the address `<type>.<id>`. */
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
    const target = { rule: rule.name, arn: props.alias.arn, dependsOn: [permission] };
    fixedId(new CloudwatchEventTarget(this, 'target', target), id);
  }
}
