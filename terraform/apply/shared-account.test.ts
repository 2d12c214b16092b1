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
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import type { Environment } from '../environments/environment.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { type AwsClients, createAwsClients } from './read-back/aws-clients.ts';
import { Workspace } from './workspace.ts';

const account = useAccount();
let aws: AwsClients;
let shop: Workspace;
let network: Exclude<Environment['network'], undefined | { readonly cidrBlock: string }>;

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
  return VpcEndpoints.map(({ ServiceName }) => ServiceName?.split('.').at(-1) ?? '').toSorted();
}

beforeAll(async () => {
  aws = createAwsClients(account.emulator.url);
  network = await makeNetwork(aws.ec2);
  shop = new Workspace(REAL_PARTS, account.emulator.url);
  const other = { ...dev, app: 'shop', network };
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

  it('made the endpoint that the VPC lacked, and no second one', async () => {
    expect(await endpointsThere()).toEqual(['dynamodb', 'sqs', 'sts']);
  });

  it('leave the VPC and each other as they were, when one is destroyed', async () => {
    await shop.succeed('destroy', '-no-color', '-auto-approve');
    expect(await endpointsThere()).toEqual(['dynamodb', 'sqs']);
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });
});
