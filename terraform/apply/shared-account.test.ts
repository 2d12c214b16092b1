import { execFileSync } from 'node:child_process';
import {
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribePrefixListsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { awsCliIsInstalled } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import type { Environment } from '../environments/environment.ts';
import { checkNetwork } from '../preflight/check-network.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { type AwsClients, createAwsClients } from './read-back/aws-clients.ts';
import { Workspace } from './workspace.ts';

const account = useAccount();
let aws: AwsClients;
let shop: Workspace;
let network: Exclude<Environment['network'], undefined | { readonly cidrBlock: string }>;

/** What the account of a company demands. */
const COMPANY = {
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/company/developers',
  tags: { 'cost-center': '4711' },
};

const ID = 'no id';

/** A VPC of somebody else's, with an endpoint of DynamoDB and one of SQS, and none of STS. */
async function makeNetwork(ec2: EC2Client): Promise<typeof network> {
  const { Vpc: { VpcId = ID } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const subnetIds: string[] = [];
  for (const [AvailabilityZone, CidrBlock] of [
    ['eu-central-1a', '10.9.0.0/24'],
    ['eu-central-1b', '10.9.1.0/24'],
  ]) {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, AvailabilityZone, CidrBlock }));
    subnetIds.push(Subnet?.SubnetId ?? ID);
  }
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const group = { VpcId, GroupName: 'their-endpoints', Description: 'their endpoints' };
  const { GroupId = ID } = await ec2.send(new CreateSecurityGroupCommand(group));
  const service = (name: string) => `com.amazonaws.eu-central-1.${name}`;
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: service('dynamodb'),
      VpcEndpointType: 'Gateway',
      RouteTableIds: [RouteTable?.RouteTableId ?? ID],
    }),
  );
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: service('sqs'),
      VpcEndpointType: 'Interface',
      SubnetIds: subnetIds,
      SecurityGroupIds: [GroupId],
    }),
  );
  const { PrefixLists = [] } = await ec2.send(new DescribePrefixListsCommand({}));
  const ofDynamoDb = PrefixLists.find(({ PrefixListName }) => PrefixListName === service('dynamodb'));
  const endpoints = { dynamodbPrefixListId: ofDynamoDb?.PrefixListId ?? ID, sqsSecurityGroupId: GroupId };
  return { vpcId: VpcId, subnetIds, endpoints };
}

async function endpointsThere(): Promise<readonly string[]> {
  const { VpcEndpoints = [] } = await aws.ec2.send(new DescribeVpcEndpointsCommand({}));
  // One that was deleted is told for a while, as such: by AWS with a capital letter, by moto without.
  const standing = VpcEndpoints.filter(({ State = '' }) => !/^deleted$/i.test(State));
  return standing.map(({ ServiceName }) => ServiceName?.split('.').at(-1) ?? '').toSorted();
}

/** What the AWS CLI answers, asked as scripts/deploy asks it. */
function awsCli(args: readonly string[]): string {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: account.emulator.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_PAGER: '',
  };
  return execFileSync('aws', [...args, '--region', dev.region, '--output', 'json'], { env, encoding: 'utf8' });
}

beforeAll(async () => {
  aws = createAwsClients(account.emulator.url);
  network = await makeNetwork(aws.ec2);
  shop = new Workspace(REAL_PARTS, account.emulator.url);
  const other = { ...dev, app: 'shop', network, ...COMPANY };
  account.workspace.write(account.stackOf(dev));
  shop.write(synthesize(other, { outDir: shop.folder, distDir: account.dist, deployable: true }));
  // At once: nothing that one of them makes may be in the other's way.
  const applied = [account.workspace, shop].map(async (workspace) => {
    await workspace.init();
    await workspace.apply();
  });
  await Promise.all(applied);
});
afterAll(() => shop.remove());

describe('two installations in one account, the other in a VPC that was there', () => {
  it('have nothing more to change, both of them', async () => {
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
    expect(await shop.plan()).toEqual(SECOND_PLAN);
  });

  it('have their functions where they were told', async () => {
    const placeOf = async (FunctionName: string) => {
      const { VpcConfig } = await aws.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }),
      );
      return VpcConfig?.SubnetIds ?? [];
    };
    expect((await placeOf('shop-dev-authorizer')).toSorted()).toEqual(network.subnetIds.toSorted());
    expect(await placeOf('shop-dev-refresh-keys')).toEqual([]);
    expect(await placeOf('cloakroom-dev-authorizer')).toEqual([]);
  });

  it('bounded every role of the one that was told a boundary, and tagged what is its own', async () => {
    const { Roles = [] } = await aws.iam.send(new ListRolesCommand({}));
    const detailed = await Promise.all(Roles.map(({ RoleName }) => aws.iam.send(new GetRoleCommand({ RoleName }))));
    const told = detailed.map(({ Role }) => {
      const tags = Role?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`).toSorted() ?? [];
      return [Role?.RoleName?.split('-')[0], Role?.PermissionsBoundary?.PermissionsBoundaryArn, ...tags].join(' ');
    });
    expect([...new Set(told)].toSorted()).toEqual([
      'cloakroom  application=cloakroom environment=dev',
      `shop ${COMPANY.permissionsBoundary} application=shop cost-center=4711 environment=dev`,
    ]);
  });

  (awsCliIsInstalled() ? it : it.skip)(
    'have told what is wrong with the VPC, and by which commands it is put right',
    () => {
      const check = () => checkNetwork({ ...dev, app: 'shop', network }, (args) => JSON.parse(awsCli(args)));
      const found = check();
      const commands = found.map((finding) => /: aws (ec2 modify-\S+ .*)$/.exec(finding)?.[1]?.split(' ') ?? [finding]);
      expect(commands.map(([, command]) => command)).toEqual([
        'modify-vpc-attribute', // moto's VPCs have no DNS hostnames, as those of AWS have none
        'modify-vpc-endpoint', // and nobody has associated the subnets with the route table of DynamoDB's endpoint
        'modify-vpc-endpoint',
      ]);
      for (const command of commands) awsCli(command);
      expect(check()).toEqual([]);
    },
  );

  it('made the endpoint that the VPC lacked, and no second one', async () => {
    expect(await endpointsThere()).toEqual(['dynamodb', 'sqs', 'sts']);
  });

  it('are not to be planned by credentials of another account than the one that is named', async () => {
    account.workspace.write(account.stackOf({ ...dev, accountId: '210987654321' }));
    const { code, output } = await account.workspace.run('plan', '-no-color', '-refresh=false');
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('AWS account ID not allowed: 123456789012'),
    });
    account.workspace.write(account.stackOf(dev));
  });

  it('leave the VPC and each other as they were, when one is destroyed', async () => {
    await shop.succeed('destroy', '-no-color', '-auto-approve');
    expect(await endpointsThere()).toEqual(['dynamodb', 'sqs']);
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });
});
