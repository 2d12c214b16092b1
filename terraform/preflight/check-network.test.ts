import { describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { checkNetwork } from './check-network.ts';

const VPC = 'vpc-0aaaaaaaaaaaaaaa1';
const [A, B] = ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0aaaaaaaaaaaaaaa2'];
const [MAIN, OWN_TABLE] = ['rtb-0aaaaaaaaaaaaaaa1', 'rtb-0aaaaaaaaaaaaaaa2'];
const GROUP = 'sg-0aaaaaaaaaaaaaaa1';
const LIST = 'pl-66a5400f';
const service = (name: string) => `com.amazonaws.eu-central-1.${name}`;

/** Everything made by the stack, in subnets of which one has the main route table. */
const MADE = { vpcId: VPC, subnetIds: [A, B], routeTableIds: [MAIN, OWN_TABLE], endpoints: 'create' as const };
/** Everything there already. */
const NAMED = {
  vpcId: VPC,
  subnetIds: [A, B],
  endpoints: { dynamodbPrefixListId: LIST, sqsSecurityGroupId: GROUP, stsSecurityGroupId: GROUP },
};

const gateway = {
  VpcEndpointId: 'vpce-0ddddddddddddddd1',
  VpcEndpointType: 'Gateway',
  ServiceName: service('dynamodb'),
  State: 'available',
  PrivateDnsEnabled: false,
  RouteTableIds: [MAIN, OWN_TABLE],
  Groups: [],
  DnsEntries: [],
};
const interfaceOf = (name: string) => ({
  VpcEndpointId: `vpce-0eeeeeeeeeeeee${name}`,
  VpcEndpointType: 'Interface',
  ServiceName: service(name),
  State: 'available',
  PrivateDnsEnabled: true,
  RouteTableIds: [],
  Groups: [{ GroupId: GROUP, GroupName: 'theirs' }],
  DnsEntries: [{ DnsName: `vpce-0e.${name}.eu-central-1.vpce.amazonaws.com`, HostedZoneId: 'Z1' }],
});
const THEIRS = [gateway, interfaceOf('sqs'), interfaceOf('sts')];
const tagged = (endpoint: object) => ({
  ...endpoint,
  Tags: [
    { Key: 'environment', Value: 'dev' },
    { Key: 'application', Value: 'cloakroom' },
  ],
});

/** Answers of `aws ec2 describe-…`, as of a VPC in which nothing is wrong. */
const answers = (endpoints: readonly object[] = []) => ({
  'describe-vpcs': { Vpcs: [{ VpcId: VPC, CidrBlock: '10.9.0.0/16', State: 'available' }] } as object,
  'describe-vpc-attribute enableDnsSupport': { VpcId: VPC, EnableDnsSupport: { Value: true } },
  'describe-vpc-attribute enableDnsHostnames': { VpcId: VPC, EnableDnsHostnames: { Value: true } },
  'describe-subnets': {
    Subnets: [
      { SubnetId: A, VpcId: VPC, AvailabilityZone: 'eu-central-1a' },
      { SubnetId: B, VpcId: VPC, AvailabilityZone: 'eu-central-1b' },
    ],
  },
  'describe-route-tables': {
    RouteTables: [
      { RouteTableId: MAIN, VpcId: VPC, Associations: [{ Main: true, RouteTableId: MAIN }] },
      { RouteTableId: OWN_TABLE, VpcId: VPC, Associations: [{ Main: false, SubnetId: B, RouteTableId: OWN_TABLE }] },
    ],
  },
  'describe-vpc-endpoints': { VpcEndpoints: endpoints },
  'describe-vpc-endpoint-services': {
    ServiceDetails: ['sqs', 'sts'].map((name) => ({
      ServiceName: service(name),
      AvailabilityZones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    })),
  },
  'describe-managed-prefix-lists': { PrefixLists: [{ PrefixListId: LIST, PrefixListName: service('dynamodb') }] },
});
type Answers = Partial<ReturnType<typeof answers>>;

/** What is found in a network, with these answers in place of those of a VPC in which nothing is wrong. */
function check(network: object, endpoints: readonly object[], changed: Answers = {}, endpointUrls = {}) {
  const told: Readonly<Record<string, object>> = { ...answers(endpoints), ...changed };
  const asked: string[] = [];
  const found = checkNetwork({ ...dev, network: network as typeof MADE, endpointUrls }, (args) => {
    const [cli, operation = '', ...options] = args;
    const attribute = options.at(options.indexOf('--attribute') + 1);
    const key = operation === 'describe-vpc-attribute' ? `${operation} ${attribute}` : operation;
    asked.push(`${cli} ${key}`);
    return told[key];
  });
  return { found, asked };
}

const subnets = (...all: readonly (readonly [string, string, string?])[]) => ({
  'describe-subnets': {
    Subnets: all.map(([SubnetId, zone, VpcId = VPC]) => ({ SubnetId, VpcId, AvailabilityZone: `eu-central-1${zone}` })),
  },
});
const off = (name: string) => ({ VpcId: VPC, [name]: { Value: false } }) as never;

describe('a VPC that exists', () => {
  it('is looked at where there is one alone', () => {
    const never = () => {
      throw new Error('asked');
    };
    expect(checkNetwork(dev, never)).toEqual([]);
    expect(() => checkNetwork({ ...dev, network: MADE }, never)).toThrow('asked');
  });

  it('is fine with no endpoints where all are made, also once they are', () => {
    expect(check(MADE, []).found).toEqual([]);
    expect(check(MADE, THEIRS.map(tagged)).found).toEqual([]);
  });

  it('is fine with all endpoints where all are named, and the zones of services are not asked for then', () => {
    const { found, asked } = check(NAMED, THEIRS);
    expect(found).toEqual([]);
    expect(asked).not.toContain('ec2 describe-vpc-endpoint-services');
  });

  it('needs no DNS hostnames where functions are told the addresses of both endpoints', () => {
    const changed = { 'describe-vpc-attribute enableDnsHostnames': off('EnableDnsHostnames') };
    const urls = { sqs: 'https://vpce-1.example', sts: 'https://vpce-2.example' };
    const hidden = THEIRS.map((endpoint) => ({ ...endpoint, PrivateDnsEnabled: false }));
    expect(check(NAMED, hidden, changed, urls).found).toEqual([]);
  });

  it('takes an endpoint that is being deleted for gone', () => {
    expect(
      check(
        MADE,
        THEIRS.map((endpoint) => ({ ...endpoint, State: 'deleting' })),
      ).found,
    ).toEqual([]);
  });

  it.each<[string, object, readonly object[], Answers, string]>([
    ['is not there', MADE, [], { 'describe-vpcs': { Vpcs: [] } }, `there is no ${VPC} in eu-central-1 of this account`],
    [
      'has no DNS support',
      MADE,
      [],
      { 'describe-vpc-attribute enableDnsSupport': off('EnableDnsSupport') },
      `${VPC}: DNS support is off, and no name of AWS resolves inside: aws ec2 modify-vpc-attribute --vpc-id ${VPC} --enable-dns-support`,
    ],
    [
      'has no DNS hostnames',
      NAMED,
      THEIRS,
      { 'describe-vpc-attribute enableDnsHostnames': off('EnableDnsHostnames') },
      `${VPC}: DNS hostnames are off, and private names of endpoints do not resolve: aws ec2 modify-vpc-attribute --vpc-id ${VPC} --enable-dns-hostnames`,
    ],
    ['lacks a subnet', NAMED, THEIRS, subnets([A, 'a']), `network.subnetIds: there is no ${B}: take subnets of ${VPC}`],
    [
      'lacks a subnet, which is in another VPC',
      NAMED,
      THEIRS,
      subnets([A, 'a'], [B, 'b', 'vpc-0other']),
      `network.subnetIds: ${B} is in vpc-0other, and not in ${VPC}`,
    ],
    [
      'has its subnets in one zone',
      NAMED,
      THEIRS,
      subnets([A, 'a'], [B, 'a']),
      'network.subnetIds: all are in eu-central-1a',
    ],
    [
      'has two subnets in a zone of which an endpoint takes one',
      { ...MADE, subnetIds: [A, B, 'subnet-0aaaaaaaaaaaaaaa3'] },
      [],
      subnets([A, 'a'], [B, 'b'], ['subnet-0aaaaaaaaaaaaaaa3', 'a']),
      `${A} and subnet-0aaaaaaaaaaaaaaa3 are both in eu-central-1a, and an endpoint of sqs takes one subnet of each zone`,
    ],
    [
      'has a subnet in a zone without the service',
      MADE,
      [],
      subnets([A, 'a'], [B, 'd']),
      `${B} is in eu-central-1d, where AWS offers no endpoint of sqs (it does in eu-central-1a, eu-central-1b, eu-central-1c)`,
    ],
    [
      'has a subnet with another route table',
      { ...MADE, routeTableIds: [MAIN] },
      [],
      {},
      `network.routeTableIds: ${B} has the route table ${OWN_TABLE}, which is not among them: functions there would not reach DynamoDB`,
    ],
    [
      'has a subnet with the main route table, which is not named',
      { ...MADE, routeTableIds: [OWN_TABLE] },
      [],
      {},
      `network.routeTableIds: ${A} has the route table ${MAIN}, which is not among them`,
    ],
    [
      'has another route table than is named',
      { ...MADE, routeTableIds: [MAIN, OWN_TABLE, 'rtb-0bbbbbbbbbbbbbbb1'] },
      [],
      {},
      `network.routeTableIds: there is no rtb-0bbbbbbbbbbbbbbb1 in ${VPC}`,
    ],
    [
      'leads to DynamoDB already',
      MADE,
      [gateway],
      {},
      `${gateway.VpcEndpointId} of DynamoDB is in ${MAIN}, ${OWN_TABLE} already, and AWS takes no second one there: name it, network.endpoints.dynamodbPrefixListId: '${LIST}', and see that its policy lets the roles cloakroom-dev-* through`,
    ],
    [
      'does not lead to DynamoDB from one subnet',
      NAMED,
      [{ ...gateway, RouteTableIds: [MAIN] }, ...THEIRS.slice(1)],
      {},
      `${B}: its route table ${OWN_TABLE} does not lead to DynamoDB: aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${gateway.VpcEndpointId} --add-route-table-ids ${OWN_TABLE}`,
    ],
    [
      'has no endpoint of DynamoDB',
      NAMED,
      THEIRS.slice(1),
      {},
      `network.endpoints.dynamodbPrefixListId: ${VPC} has no endpoint of DynamoDB: leave it out and name routeTableIds`,
    ],
    [
      "is told another service's prefix list",
      { ...NAMED, endpoints: { ...NAMED.endpoints, dynamodbPrefixListId: 'pl-0ssssssss' } },
      THEIRS,
      {},
      `pl-0ssssssss is not DynamoDB's in eu-central-1: that is ${LIST}`,
    ],
    [
      'has the private name of SQS already',
      MADE,
      [interfaceOf('sqs')],
      {},
      `vpce-0eeeeeeeeeeeeesqs of sqs has the private name already, and AWS takes no second one in ${VPC}: name it, network.endpoints.sqsSecurityGroupId: '${GROUP}', and see that its policy lets the roles cloakroom-dev-* through`,
    ],
    [
      'has no endpoint of STS',
      NAMED,
      THEIRS.slice(0, 2),
      {},
      `network.endpoints.stsSecurityGroupId: ${VPC} has no endpoint of sts: leave it out, and one is made`,
    ],
    [
      'has an endpoint of another group',
      NAMED,
      [gateway, { ...interfaceOf('sqs'), Groups: [{ GroupId: 'sg-0other' }] }, interfaceOf('sts')],
      {},
      `network.endpoints.sqsSecurityGroupId: ${GROUP} is the group of no endpoint of sqs: it is sg-0other of vpce-0eeeeeeeeeeeeesqs`,
    ],
    [
      'has an endpoint that nobody has accepted',
      NAMED,
      [gateway, interfaceOf('sqs'), { ...interfaceOf('sts'), State: 'pendingAcceptance' }],
      {},
      'vpce-0eeeeeeeeeeeeests of sts is pendingAcceptance, and not available',
    ],
    [
      'has an endpoint without private DNS',
      NAMED,
      [gateway, { ...interfaceOf('sqs'), PrivateDnsEnabled: false }, interfaceOf('sts')],
      {},
      "of sqs has no private DNS, and functions would not find it: set endpointUrls.sqs: 'https://vpce-0e.sqs.eu-central-1.vpce.amazonaws.com'",
    ],
  ])('%s: that is found', (_, network, endpoints, changed, finding) => {
    const { found } = check(network, endpoints, changed);
    expect(found).toContainEqual(expect.stringContaining(finding));
  });

  it('has all that is wrong told at once', () => {
    const changed = { ...subnets([A, 'a']), 'describe-vpc-attribute enableDnsSupport': off('EnableDnsSupport') };
    expect(check(NAMED, [], changed).found).toHaveLength(6);
  });
});
