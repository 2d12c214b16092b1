import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { OperatorClients } from '@cloakroom/aws/operator';

export type Logs = Pick<OperatorClients['logs'], 'send'>;

/** What every name of an installation begins with: `cloakroom-dev`. */
type Prefix = string;

/** The log groups of all functions of an installation, and that of its gateway. */
export async function logGroups(logs: Logs, prefix: Prefix, abortSignal: AbortSignal): Promise<readonly string[]> {
  const access = accessLogGroup(prefix);
  const [functions, gateways] = await Promise.all([
    groupsFrom(logs, functionGroup(prefix, ''), abortSignal),
    groupsFrom(logs, access, abortSignal),
  ]);
  // The name of another installation's may begin with that of this one.
  return [...functions, ...gateways.filter((name) => name === access)];
}

async function groupsFrom(logs: Logs, logGroupNamePrefix: string, abortSignal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken });
    const page = await logs.send(command, { abortSignal });
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}

/** Who writes to a group: the function's short name, or `gateway`. */
export function writerOf(group: string, prefix: Prefix): string {
  return group === accessLogGroup(prefix) ? 'gateway' : group.replace(functionGroup(prefix, ''), '');
}

function accessLogGroup(prefix: Prefix): string {
  return `/aws/vendedlogs/apigateway/${prefix}`;
}

function functionGroup(prefix: Prefix, name: string): string {
  return `/aws/lambda/${prefix}-${name}`;
}
