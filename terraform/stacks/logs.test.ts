import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const prod = synthesized(ENVIRONMENTS.prod);
const KEY = `\${aws_kms_key.logs.arn}`;

describe('the key of the logs', () => {
  it('encrypts every log group of prod, and none of dev', () => {
    const keysOf = (document: typeof dev) =>
      Object.values(resources(document, 'aws_cloudwatch_log_group')).map(({ kms_key_id }) => kms_key_id);
    expect(new Set(keysOf(prod))).toEqual(new Set([KEY]));
    expect(new Set(keysOf(dev))).toEqual(new Set([undefined]));
    expect(resources(dev, 'aws_kms_key')).not.toHaveProperty('logs');
  });

  it('is for CloudWatch Logs of the region to use, for these groups of this account and no others', () => {
    const groups = Object.values(resources(prod, 'aws_cloudwatch_log_group'));
    const [byIam, byLogs, ...others] = statementsOf(resource(prod, 'aws_kms_key', 'logs').policy);
    expect(byIam).toMatchObject({ Principal: { AWS: '123456789012' }, Action: 'kms:*' });
    expect(byLogs).toMatchObject({ Principal: { Service: 'logs.eu-central-1.amazonaws.com' } });
    const arns = byLogs?.Condition?.ArnEquals as Record<string, readonly string[]>;
    expect(Object.keys(arns)).toEqual(['kms:EncryptionContext:aws:logs:arn']);
    expect(arns['kms:EncryptionContext:aws:logs:arn']?.toSorted()).toEqual(
      groups.map(({ name }) => `arn:*:logs:eu-central-1:123456789012:log-group:${name}`).toSorted(),
    );
    expect(others).toEqual([]);
  });

  it('outlives the groups that leave it, and is kept where logs are', () => {
    expect(resource(prod, 'aws_kms_key', 'logs')).toMatchObject({
      enable_key_rotation: true,
      lifecycle: { create_before_destroy: true, prevent_destroy: true },
    });
  });
});

it('lets Terraform touch the named account alone', () => {
  expect(prod.provider.aws).toMatchObject([{ allowed_account_ids: ['123456789012'] }]);
});

describe('the log of the traffic in the VPC', () => {
  const group = `\${aws_cloudwatch_log_group.flow_logs.arn}`;

  it('holds what was accepted and what was not, and is kept as the other logs are', () => {
    expect(resource(prod, 'aws_flow_log', 'flow_logs')).toMatchObject({
      vpc_id: `\${aws_vpc.network.id}`,
      traffic_type: 'ALL',
      log_destination: group,
      iam_role_arn: `\${aws_iam_role.flow_logs.arn}`,
      depends_on: ['aws_iam_role_policy.flow_logs'],
    });
    expect(resource(prod, 'aws_cloudwatch_log_group', 'flow_logs')).toMatchObject({
      name: '/aws/vpc/cloakroom-prod-flow-logs',
      retention_in_days: 365,
    });
  });

  it('is written by a role that can write there alone, and cannot create log groups', () => {
    expect(statementsOf(resource(prod, 'aws_iam_role_policy', 'flow_logs').policy)).toEqual([
      { Sid: 'FindLogGroup', Effect: 'Allow', Action: ['logs:DescribeLogGroups'], Resource: ['*'] },
      {
        Sid: 'WriteFlowLog',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: [group, `${group}:*`],
      },
    ]);
  });

  it('is written for flow logs of this account and region alone', () => {
    const account = `\${aws_vpc.network.owner_id}`;
    expect(statementsOf(resource(prod, 'aws_iam_role', 'flow_logs').assume_role_policy)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:*:ec2:eu-central-1:${account}:vpc-flow-log/*` },
        },
      },
    ]);
  });

  it('is not there unless it is asked for', () => {
    const { network, ...rest } = ENVIRONMENTS.prod;
    const without = synthesized({ ...rest, network: { ...network, flowLogs: undefined } });
    expect(JSON.stringify(without.resource)).not.toContain('flow');
  });
});
