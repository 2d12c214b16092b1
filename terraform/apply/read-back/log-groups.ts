import { DescribeResourcePoliciesCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, without } from './plain.ts';

/** Every log group, by its name: for how many days it keeps what it gets, and under which key. */
export async function readLogGroups({ logs }: AwsClients, names: Names): Promise<Plain> {
  const groups = await collect(paginateDescribeLogGroups({ client: logs }, {}), ({ logGroups }) => logGroups);
  for (const { logGroupArn, logGroupName } of groups) names.add(logGroupArn, `log ${names.short(logGroupName)}`);
  const identity = ['arn', 'creationTime', 'logGroupArn', 'logGroupName', 'storedBytes'];
  return byName(
    groups,
    ({ logGroupName }) => names.short(logGroupName),
    (group) => without(group, ...identity, 'metricFilterCount'),
  );
}

/** The account's policies that let services write logs. */
export async function readLogPolicies({ logs }: AwsClients): Promise<unknown> {
  return (await logs.send(new DescribeResourcePoliciesCommand({}))).resourcePolicies ?? [];
}
