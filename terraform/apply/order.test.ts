import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { FUNCTION_NAMES, FUNCTIONS } from '../stacks/functions/index.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import type { AwsCall } from './aws-call.ts';
import { useRecordedAccount } from './recorded-account.ts';

const recorded = useRecordedAccount();
const INSIDE = FUNCTION_NAMES.filter((name) => FUNCTIONS[name].insideVpc).map((name) => `cloakroom-dev-${name}`);
const { network } = prod;
if (network === undefined || 'vpcId' in network) throw new Error('prod makes a network');
/** The same range, cut in other places. */
const recut = {
  ...network,
  subnets: network.subnets.map((subnet, zone) => ({ ...subnet, cidrBlock: `10.30.${2 * zone}.0/23` })),
};

beforeAll(async () => {
  const { account } = recorded;
  account.workspace.write(stackOf({}));
  await account.workspace.init();
  await account.workspace.apply();
});

/** `dev`, with or without a network. */
function stackOf(more: { network?: typeof network }): TerraformDocument {
  return withoutWaiting(recorded.account.stackOf({ ...dev, ...more }));
}

/** The provider waits 25 s for each policy of a queue. Those that nothing depends on are left out. */
function withoutWaiting(document: TerraformDocument): TerraformDocument {
  const { aws_sqs_queue_policy: _, aws_sqs_queue_redrive_allow_policy: __, ...resource } = document.resource;
  return { ...document, resource };
}

/** What was done while a stack was applied, changes alone, in order. */
async function applied(document: TerraformDocument, ...options: readonly string[]): Promise<readonly AwsCall[]> {
  recorded.account.workspace.write(document);
  recorded.proxy.forget();
  await recorded.account.workspace.succeed('apply', '-no-color', '-auto-approve', '-refresh=false', ...options);
  return [...recorded.proxy.calls];
}

/** `dev` with `GET /health` served by another function. */
function withRouteMoved(document: TerraformDocument): TerraformDocument {
  const moved = JSON.parse(JSON.stringify(document)) as { resource: Record<string, Record<string, object>> };
  const { aws_apigatewayv2_route: routes = {}, aws_lambda_permission: permissions = {} } = moved.resource;
  const { target } = routes.get_users_userid_events as { target: string };
  const { function_name, qualifier } = permissions.get_users_userid_events as Record<string, string>;
  Object.assign(routes.get_health ?? {}, { target });
  Object.assign(permissions.get_health ?? {}, { function_name, qualifier });
  return moved as unknown as TerraformDocument;
}

/** Fails unless there are calls of both kinds, and all of the first come before any of the second. */
function expectAllBefore(calls: readonly AwsCall[], earlier: RegExp, later: RegExp, functionName?: string): void {
  const at = (pattern: RegExp) =>
    calls.flatMap((call, index) =>
      pattern.test(named(call)) && (functionName === undefined || concerns(call, functionName)) ? [index] : [],
    );
  const [first, second] = [at(earlier), at(later)];
  const places = { [String(earlier)]: first.length > 0, [String(later)]: second.length > 0 };
  expect(places).toEqual({ [String(earlier)]: true, [String(later)]: true });
  const tooEarly = second.filter((index) => index < Math.max(...first));
  expect(tooEarly.map((index) => calls[index])).toEqual([]);
}

/** The action, and of a role's policy which of the two it is. */
function named({ action, input }: AwsCall): string {
  return typeof input.PolicyName === 'string' ? `${action} ${input.PolicyName.split('-')[0]}` : action;
}

function concerns({ input }: AwsCall, functionName: string): boolean {
  return input.FunctionName === functionName || input.RoleName === functionName;
}

const MAKES_WAYS_OUT = /^(CreateVpcEndpoint|AuthorizeSecurityGroup|AssociateRouteTable)/;
const TAKES_NETWORK =
  /^(DeleteVpcEndpoints|RevokeSecurityGroup(Egress|Ingress)|DisassociateRouteTable|DeleteSubnet|DeleteVpc)$/;

/** The functions that are in a VPC, and their subnets there, as the emulator tells. */
async function placed(): Promise<Readonly<Record<string, readonly string[]>>> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/lambda/aws4_request';
  const url = `${recorded.account.emulator.url}/2015-03-31/functions/`;
  const answer = (await (await fetch(url, { headers: { authorization } })).json()) as {
    Functions: { FunctionName: string; VpcConfig?: { SubnetIds?: string[] } }[];
  };
  const subnets = answer.Functions.map((one) => [one.FunctionName, one.VpcConfig?.SubnetIds ?? []] as const);
  return Object.fromEntries(subnets.filter(([, ids]) => ids.length > 0));
}

/** What was made before is used only then, and what goes is used no more: for each function, at any moment. */
function expectPoliciesAround(calls: readonly AwsCall[]): void {
  for (const name of INSIDE) {
    for (const policy of ['code', 'runtime']) {
      expectAllBefore(calls, new RegExp(`^PutRolePolicy ${policy}$`), /^UpdateFunctionConfiguration$/, name);
      expectAllBefore(calls, /^UpdateAlias$/, new RegExp(`^DeleteRolePolicy ${policy}$`), name);
    }
  }
}

describe('a route that moves to another function', () => {
  it('is permitted to invoke it before, and the old one until after', async () => {
    const addresses = ['aws_apigatewayv2_route.get_health', 'aws_lambda_permission.get_health'];
    const calls = await applied(withRouteMoved(stackOf({})), ...addresses.map((address) => `-target=${address}`));
    const told = calls.filter(({ action }) => /Permission$|Route$/.test(action));
    expect(told.map(({ action, input }) => [action, input.FunctionName])).toEqual([
      ['AddPermission', expect.stringMatching(/cloakroom-dev-list-events$/)],
      ['UpdateRoute', undefined],
      ['RemovePermission', expect.stringMatching(/cloakroom-dev-health$/)],
    ]);
  });
});

describe('a network', () => {
  /** The security groups that let functions out, once they are there. */
  let groups: readonly unknown[] = [];

  it('that is new is refused together with functions that would not move, with what to do', async () => {
    recorded.account.workspace.write(stackOf({ network }));
    const { code, output } = await recorded.account.workspace.run('plan', '-no-color', '-refresh=false');
    expect(code).toBe(1);
    expect(output.replaceAll(/\s+/g, ' ')).toContain(
      'terraform apply -target=terraform_data.network_ready && terraform apply',
    );
  });

  it('is complete before any function moves into it, and each may work on both sides', async () => {
    const made = await applied(stackOf({ network }), '-target=terraform_data.network_ready');
    expect(await placed()).toEqual({});
    const moved = await applied(stackOf({ network }));
    const calls = [...made, ...moved];
    groups = calls
      .filter(({ action }) => action.startsWith('AuthorizeSecurityGroup'))
      .map(({ input }) => input.GroupId);
    expectAllBefore(calls, MAKES_WAYS_OUT, /^UpdateFunctionConfiguration$/);
    expectPoliciesAround(calls);
    expect(Object.keys(await placed()).sort()).toEqual([...INSIDE].sort());
  });

  it('that is cut anew stands beside the old one until every function has moved, by one apply', async () => {
    const before = await placed();
    const calls = await applied(stackOf({ network: recut }));
    expectAllBefore(calls, MAKES_WAYS_OUT, /^UpdateFunctionConfiguration$/);
    expectPoliciesAround(calls);
    expectAllBefore(withoutOtherGroups(calls, groups), /^UpdateAlias$/, TAKES_NETWORK);
    const after = await placed();
    expect(Object.keys(after).sort()).toEqual([...INSIDE].sort());
    const old = Object.values(before).flat();
    expect(Object.values(after).filter((ids) => ids.some((id) => old.includes(id)))).toEqual([]);
  });

  it('that is taken away goes after every function has left, by one apply', async () => {
    const calls = await applied(stackOf({}));
    expectPoliciesAround(calls);
    expectAllBefore(calls, /^UpdateAlias$/, TAKES_NETWORK);
    expect(await placed()).toEqual({});
  });
});

/** A new group, and the default one of a new VPC, come with rules of their own, which the provider takes back at once. */
function withoutOtherGroups(calls: readonly AwsCall[], groups: readonly unknown[]): readonly AwsCall[] {
  return calls.filter(({ action, input }) => !action.startsWith('Revoke') || groups.includes(input.GroupId));
}
