import { FUNCTIONS_IN_VPC } from './functions-in-vpc.ts';
import type { Variant } from './variant.ts';
import { PASS_FOR_WEB_APPS } from './web-apps.ts';

const ZONES = { 'eu-central-1a': '10.30.0.0/22', 'eu-central-1b': '10.30.4.0/22', 'eu-central-1c': '10.30.8.0/22' };
const VPC_RANGE = '10.30.0.0/20';
const IN_THE_VPC = { VpcId: 'vpc cloakroom' };
const DYNAMODB_PREFIXES = 'prefixes com.amazonaws.eu-central-1.dynamodb';

export const SUBNETS = Object.keys(ZONES).map((zone) => `subnet ${zone}`);

/** What may pass an endpoint: these roles, doing this to that. */
function passes(actions: readonly string[], resources: readonly string[], functions: readonly string[]) {
  const roles = functions.map((name) => `role ${name}`);
  return [{ allow: actions, to: ['*'], on: resources, when: { 'ArnEquals aws:PrincipalArn': roles } }];
}

const INTERFACE = {
  ...IN_THE_VPC,
  VpcEndpointType: 'Interface',
  PrivateDnsEnabled: true,
  SubnetIds: SUBNETS,
  groups: ['group endpoints'],
};

const ENDPOINTS = {
  dynamodb: {
    ...IN_THE_VPC,
    VpcEndpointType: 'Gateway',
    ServiceName: 'com.amazonaws.eu-central-1.dynamodb',
    PrivateDnsEnabled: false,
    RouteTableIds: Object.keys(ZONES).map((zone) => `routes ${zone}`),
    policy: [
      ...passes(
        [
          'dynamodb:BatchGetItem',
          'dynamodb:ConditionCheckItem',
          'dynamodb:DeleteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
          'dynamodb:Scan',
          'dynamodb:UpdateItem',
        ],
        ['table sessions', 'table events'],
        FUNCTIONS_IN_VPC.filter((name) => name !== 'enqueue-event'),
      ),
      ...PASS_FOR_WEB_APPS,
    ],
  },
  sqs: {
    ...INTERFACE,
    ServiceName: 'com.amazonaws.eu-central-1.sqs',
    policy: passes(
      ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
      ['queue events', 'queue changes-dlq'],
      ['enqueue-event', 'health', 'record-changes'],
    ),
  },
  sts: {
    ...INTERFACE,
    ServiceName: 'com.amazonaws.eu-central-1.sts',
    // Asking who one is knows no resource.
    policy: passes(['sts:GetCallerIdentity'], ['*'], FUNCTIONS_IN_VPC),
  },
};

const SECURITY_GROUPS = {
  // What is put into the VPC without a group of its own can speak to nobody.
  default: { ...IN_THE_VPC, rules: [] },
  functions: {
    ...IN_THE_VPC,
    rules: ['out, tcp 443 to 443: group endpoints', `out, tcp 443 to 443: ${DYNAMODB_PREFIXES}`],
  },
  endpoints: { ...IN_THE_VPC, rules: ['in, tcp 443 to 443: group functions'] },
};

/** All traffic, accepted or not. */
const FLOW_LOG = {
  ResourceId: 'vpc cloakroom',
  TrafficType: 'ALL',
  FlowLogStatus: 'ACTIVE',
  LogDestinationType: 'cloud-watch-logs',
  LogDestination: 'log /aws/vpc/flow-logs',
  DeliverLogsPermissionArn: 'role flow-logs',
  MaxAggregationInterval: 600,
  // The format that AWS takes by default: addresses, ports and sizes, no contents.
  LogFormat:
    '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}',
};

/** The network, where there is one: no way out of it but to three services of AWS. */
export function expectedNetworks({ hasVpc }: Variant) {
  if (!hasVpc) {
    return { vpcs: {}, subnets: {}, routeTables: {}, securityGroups: {}, endpoints: {}, waysOut: [], flowLogs: [] };
  }
  const local = `${VPC_RANGE} to local`;
  const zones = Object.entries(ZONES);
  return {
    vpcs: { cloakroom: { CidrBlock: VPC_RANGE, ipv6Ranges: 0, dnsSupport: true, dnsHostnames: true } },
    subnets: Object.fromEntries(
      zones.map(([zone, CidrBlock]) => [
        zone,
        { ...IN_THE_VPC, AvailabilityZone: zone, CidrBlock, MapPublicIpOnLaunch: false },
      ]),
    ),
    routeTables: {
      main: { of: ['the vpc'], routes: [local] },
      ...Object.fromEntries(
        zones.map(([zone]) => [
          zone,
          { of: [`subnet ${zone}`], routes: [local, `${DYNAMODB_PREFIXES} to endpoint dynamodb`] },
        ]),
      ),
    },
    securityGroups: SECURITY_GROUPS,
    endpoints: ENDPOINTS,
    waysOut: [],
    flowLogs: [FLOW_LOG],
  };
}
