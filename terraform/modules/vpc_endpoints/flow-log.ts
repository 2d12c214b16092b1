import { FlowLog as AwsFlowLog } from '@cdktf/provider-aws/lib/flow-log/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { policyDocument } from '../iam/policy.ts';
import { createLogGroup, type LogSettings } from '../monitoring/log-group.ts';

export interface FlowLogProps {
  readonly name: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly logs: LogSettings;
}

/**
 * Who spoke to whom in a VPC, accepted or not: addresses, ports and sizes, no contents. `aws_flow_log.<id>`, with a log group
 * and a role, `<type>.<id>`. The role may write to that group and, unlike AWS's example, make none.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
 */
export class FlowLog extends Construct {
  constructor(scope: Construct, id: string, { name, region, vpc, logs }: FlowLogProps) {
    super(scope, id);
    const group = createLogGroup(this, id, { ...logs, name: `/aws/vpc/${name}-flow-logs` });
    const assumeRolePolicy = trustFlowLogs(vpc.ownerId, region);
    const role = fixedId(new IamRole(this, 'role', { name: `${name}-flow-logs`, assumeRolePolicy }), id);
    const find = { sid: 'FindLogGroup', actions: ['logs:DescribeLogGroups'], resources: ['*'] };
    const write = {
      sid: 'WriteFlowLog',
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [group.arn, `${group.arn}:*`],
    };
    const policy = policyDocument([find, write]);
    const rolePolicy = fixedId(new IamRolePolicy(this, 'write', { name: 'write', role: role.name, policy }), id);
    const flowLog = new AwsFlowLog(this, 'this', {
      vpcId: vpc.id,
      trafficType: 'ALL',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: name },
      dependsOn: [rolePolicy],
    });
    fixedId(flowLog, id);
  }
}

/** Only for flow logs of this account: the service works for everybody. */
function trustFlowLogs(accountId: string, region: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          ArnLike: { 'aws:SourceArn': `arn:*:ec2:${region}:${accountId}:vpc-flow-log/*` },
        },
      },
    ],
  });
}
