import {
  DescribeFlowLogsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type RouteTable,
  type SecurityGroupRule,
  type Tag,
  type Vpc,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, type Plain, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

type Ec2 = AwsClients['ec2'];

/** Everything of networks but the VPC that AWS has made in every account. */
export async function readNetworks({ ec2 }: AwsClients, names: Names): Promise<Plain> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const ofAws = Vpcs.find(({ IsDefault }) => IsDefault)?.VpcId;
  const isOurs = ({ VpcId }: { VpcId?: string | undefined }) => VpcId !== ofAws;
  const { PrefixLists = [] } = await ec2.send(new DescribePrefixListsCommand({}));
  for (const { PrefixListId, PrefixListName } of PrefixLists) names.add(PrefixListId, `prefixes ${PrefixListName}`);
  return {
    vpcs: await readVpcs(ec2, names, Vpcs.filter(isOurs)),
    subnets: await readSubnets(ec2, names, isOurs),
    routeTables: await readRouteTables(ec2, names, isOurs),
    securityGroups: await readSecurityGroups(ec2, names, ofAws),
    endpoints: await readEndpoints(ec2, names),
    waysOut: await readWaysOut(ec2),
    flowLogs: await readFlowLogs(ec2),
  };
}

type IsOurs = (thing: { VpcId?: string | undefined }) => boolean;

function nameTag(Tags: readonly Tag[] | undefined): string {
  return Tags?.find(({ Key }) => Key === 'Name')?.Value ?? 'without a name';
}

async function readVpcs(ec2: Ec2, names: Names, vpcs: readonly Vpc[]): Promise<Plain> {
  const read = await Promise.all(
    vpcs.map(async ({ VpcId, Tags, CidrBlock, Ipv6CidrBlockAssociationSet = [] }) => {
      names.add(VpcId, `vpc ${names.short(nameTag(Tags))}`);
      const ask = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
        ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
      const { EnableDnsSupport } = await ask('enableDnsSupport');
      const { EnableDnsHostnames } = await ask('enableDnsHostnames');
      const dns = { dnsSupport: EnableDnsSupport?.Value, dnsHostnames: EnableDnsHostnames?.Value };
      return {
        name: names.short(nameTag(Tags)),
        settings: { CidrBlock, ...dns, ipv6Ranges: Ipv6CidrBlockAssociationSet.length },
      };
    }),
  );
  return byName(
    read,
    ({ name }) => name,
    ({ settings }) => settings,
  );
}

async function readSubnets(ec2: Ec2, names: Names, isOurs: IsOurs): Promise<Plain> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const subnets = Subnets.filter(isOurs);
  for (const { SubnetId, Tags } of subnets) names.add(SubnetId, `subnet ${names.short(nameTag(Tags))}`);
  return byName(
    subnets,
    ({ Tags }) => names.short(nameTag(Tags)),
    ({ AvailabilityZone, CidrBlock, MapPublicIpOnLaunch, VpcId }) => ({
      AvailabilityZone,
      CidrBlock,
      MapPublicIpOnLaunch,
      VpcId,
    }),
  );
}

async function readRouteTables(ec2: Ec2, names: Names, isOurs: IsOurs): Promise<Plain> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const tables = RouteTables.filter(isOurs);
  const nameOf = ({ Associations = [], Tags }: RouteTable) =>
    Associations.some(({ Main }) => Main) ? 'main' : names.short(nameTag(Tags));
  for (const table of tables) names.add(table.RouteTableId, `routes ${nameOf(table)}`);
  return byName(tables, nameOf, ({ Associations = [], Routes = [] }) => ({
    of: Associations.map(({ Main, SubnetId }) => (Main ? 'the vpc' : SubnetId)),
    routes: Routes.map((route) => Object.values(without(route, 'Origin', 'State')).join(' to ')),
  }));
}

async function readSecurityGroups(ec2: Ec2, names: Names, vpcOfAws: string | undefined): Promise<Plain> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  const groups = SecurityGroups.filter(({ VpcId, GroupName }) => VpcId !== vpcOfAws || GroupName !== 'default');
  for (const { GroupId, GroupName } of groups) names.add(GroupId, `group ${names.short(GroupName)}`);
  return byName(
    groups,
    ({ GroupName }) => names.short(GroupName),
    ({ GroupId, VpcId }) => ({
      VpcId,
      rules: SecurityGroupRules.filter((rule) => rule.GroupId === GroupId).map(ruleOf),
    }),
  );
}

/** Such as `out, tcp 443 to 443: group endpoints`. */
function ruleOf({ IsEgress, IpProtocol, FromPort, ToPort, ...rule }: SecurityGroupRule): string {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  const other = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId;
  return `${IsEgress ? 'out' : 'in'}, ${IpProtocol} ${FromPort} to ${ToPort}: ${other}`;
}

async function readEndpoints(ec2: Ec2, names: Names): Promise<Plain> {
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  for (const { VpcEndpointId, Tags } of VpcEndpoints)
    names.add(VpcEndpointId, `endpoint ${names.short(nameTag(Tags))}`);
  return byName(VpcEndpoints, ({ Tags }) => names.short(nameTag(Tags)), endpointOf);
}

function endpointOf({ Groups = [], PolicyDocument, ...endpoint }: VpcEndpoint): Plain {
  const identity = [
    'CreationTimestamp',
    'NetworkInterfaceIds',
    'DnsEntries',
    'OwnerId',
    'State',
    'Tags',
    'VpcEndpointId',
  ];
  return {
    ...without(endpoint, ...identity),
    ...without({ groups: Groups.map(({ GroupId }) => GroupId) }),
    policy: PolicyDocument === undefined ? 'none: everything passes' : statementsOf(PolicyDocument),
  };
}

/** Gateways to the internet, and to other networks. */
async function readWaysOut(ec2: Ec2): Promise<unknown> {
  const { InternetGateways = [] } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const { VpcPeeringConnections = [] } = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
  return [...InternetGateways, ...NatGateways, ...VpcPeeringConnections];
}

async function readFlowLogs(ec2: Ec2): Promise<unknown> {
  const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
  // moto looks for a log group by its name alone, and where an ARN is given it says that it cannot write.
  const delivery = ['DeliverLogsErrorMessage', 'DeliverLogsStatus'];
  return FlowLogs.map((log) => without(log, 'CreationTime', 'FlowLogId', 'Tags', ...delivery));
}
