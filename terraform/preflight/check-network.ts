import type { Environment } from '../environments/environment.ts';
import { type NetworkFacts, type ReadAws, readNetwork } from './network-facts.ts';

type ExistingNetwork = Extract<NonNullable<Environment['network']>, { readonly vpcId: string }>;

/** What an environment says of its network, and what AWS does. */
interface Compared {
  /** With which the names of the roles begin. */
  readonly prefix: string;
  readonly region: string;
  readonly network: ExistingNetwork;
  readonly endpointUrls: NonNullable<Environment['endpointUrls']>;
  readonly facts: NetworkFacts;
}

const INTERFACES = [
  { service: 'sqs', group: 'sqsSecurityGroupId' },
  { service: 'sts', group: 'stsSecurityGroupId' },
] as const;
type Interface = (typeof INTERFACES)[number];

/**
 * What is wrong with a VPC that exists, before a plan: what an apply would find out one by one, after minutes, or only the functions, by
 * calls that never end. Each is a sentence: which id, what is wrong, what to do. Empty where nothing is, and for a network that the
 * stack makes. Policies of endpoints that exist, and network ACLs, are not looked at.
 *
 * @param readAws needs ec2:Describe* alone
 * @throws Error with what the AWS CLI said, where it may not look
 */
export function checkNetwork(environment: Environment, readAws: ReadAws): readonly string[] {
  const { app, name, region, network, endpointUrls = {} } = environment;
  if (network === undefined || !('vpcId' in network)) return [];
  const { vpcId, subnetIds } = network;
  const services = INTERFACES.filter(({ group }) => named(network, group) === undefined);
  const facts = readNetwork(
    {
      app,
      name,
      vpcId,
      subnetIds,
      services: services.map(({ service }) => nameOf(service, region)),
      gatewayService: nameOf('dynamodb', region),
    },
    readAws,
  );
  if (facts === undefined)
    return [
      `network.vpcId: there is no ${vpcId} in ${region} of this account: aws ec2 describe-vpcs lists those there are`,
    ];
  const compared = { prefix: `${app}-${name}`, region, network, endpointUrls, facts };
  return [
    ...dnsProblems(compared),
    ...subnetProblems(compared),
    ...routeProblems(compared),
    ...gatewayProblems(compared),
    ...INTERFACES.flatMap((one) =>
      named(network, one.group) === undefined ? madeProblems(one, compared) : existingProblems(one, compared),
    ),
  ];
}

function nameOf(service: string, region: string): string {
  return `com.amazonaws.${region}.${service}`;
}

/** The id by which an endpoint that exists is named; undefined where it is to be made. */
function named({ endpoints }: ExistingNetwork, field: Interface['group'] | 'dynamodbPrefixListId'): string | undefined {
  return endpoints === 'create' ? undefined : endpoints[field];
}

function dnsProblems({ network, endpointUrls, facts }: Compared): readonly string[] {
  const { vpcId } = network;
  const hasPrivateNames = INTERFACES.some(
    ({ service, group }) => named(network, group) === undefined || endpointUrls[service] === undefined,
  );
  const off = (what: string, why: string, option: string) =>
    `${vpcId}: ${what} off, and ${why}: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} ${option}`;
  return [
    ...(facts.hasDnsSupport ? [] : [off('DNS support is', 'no name of AWS resolves inside', '--enable-dns-support')]),
    ...(facts.hasDnsHostnames || !hasPrivateNames
      ? []
      : [off('DNS hostnames are', 'private names of endpoints do not resolve', '--enable-dns-hostnames')]),
  ];
}

function subnetProblems({ network: { vpcId, subnetIds }, facts }: Compared): readonly string[] {
  const found = new Map(facts.subnets.map((subnet) => [subnet.id, subnet]));
  const zones = new Set(facts.subnets.map(({ zone }) => zone));
  return [
    ...subnetIds.flatMap((id) => {
      const subnet = found.get(id);
      if (subnet === undefined) return [`network.subnetIds: there is no ${id}: take subnets of ${vpcId}`];
      return subnet.vpcId === vpcId
        ? []
        : [`network.subnetIds: ${id} is in ${subnet.vpcId}, and not in ${vpcId}: take subnets of that VPC`];
    }),
    ...(zones.size === 1
      ? [
          `network.subnetIds: all are in ${[...zones].join()}: add a subnet of another zone, or one zone down takes all down`,
        ]
      : []),
  ];
}

function routeProblems({ network, facts }: Compared): readonly string[] {
  if (named(network, 'dynamodbPrefixListId') !== undefined) return [];
  const { vpcId, routeTableIds = [] } = network;
  const strangers = routeTableIds.filter((id) => !facts.routeTableIds.includes(id));
  const missing = facts.subnets.filter(
    ({ vpcId: of, routeTableId }) =>
      of === vpcId && routeTableId !== undefined && !routeTableIds.includes(routeTableId),
  );
  return [
    ...strangers.map((id) => `network.routeTableIds: there is no ${id} in ${vpcId}: leave it out`),
    ...missing.map(
      ({ id, routeTableId }) =>
        `network.routeTableIds: ${id} has the route table ${routeTableId}, which is not among them: functions there would not reach DynamoDB. Add it`,
    ),
  ];
}

function gatewayProblems({ prefix, region, network, facts }: Compared): readonly string[] {
  const { vpcId, routeTableIds = [] } = network;
  const service = nameOf('dynamodb', region);
  const gateways = facts.endpoints.filter((one) => one.service === service && one.isGateway && !one.isOurs);
  const told = named(network, 'dynamodbPrefixListId');
  if (told === undefined)
    return gateways.flatMap((gateway) => {
      const shared = gateway.routeTableIds.filter((id) => routeTableIds.includes(id));
      return shared.length === 0
        ? []
        : [
            `${gateway.id} of DynamoDB is in ${shared.join(', ')} already, and AWS takes no second one there: name it, network.endpoints.dynamodbPrefixListId: '${facts.prefixListId ?? 'pl-…'}', ${letThrough(prefix)}`,
          ];
    });
  const reached = new Set(gateways.flatMap((gateway) => gateway.routeTableIds));
  const cutOff = facts.subnets.filter(({ routeTableId }) => routeTableId !== undefined && !reached.has(routeTableId));
  return [
    ...(facts.prefixListId === undefined || facts.prefixListId === told
      ? []
      : [
          `network.endpoints.dynamodbPrefixListId: ${told} is not DynamoDB's in ${region}: that is ${facts.prefixListId}`,
        ]),
    ...(gateways.length === 0
      ? [
          `network.endpoints.dynamodbPrefixListId: ${vpcId} has no endpoint of DynamoDB: leave it out and name routeTableIds, and one is made`,
        ]
      : cutOff.map(
          ({ id, routeTableId }) =>
            `${id}: its route table ${routeTableId} does not lead to DynamoDB: aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${gateways[0]?.id} --add-route-table-ids ${routeTableId}`,
        )),
  ];
}

/** The policy of an endpoint that is there may be for others alone. */
function letThrough(prefix: string): string {
  return `and see that its policy lets the roles ${prefix}-* through`;
}

/** Of an endpoint that the stack makes. */
function madeProblems({ service, group }: Interface, { prefix, region, network, facts }: Compared): readonly string[] {
  const name = nameOf(service, region);
  const others = facts.endpoints.filter((one) => one.service === name && one.hasPrivateDns && !one.isOurs);
  const zones = facts.zones[name];
  const without = zones === undefined ? [] : facts.subnets.filter(({ zone }) => !zones.includes(zone));
  const byZone = Map.groupBy(facts.subnets, ({ zone }) => zone);
  const twice = [...byZone].filter(([, subnets]) => subnets.length > 1);
  return [
    ...others.map(
      ({ id, groupIds }) =>
        `${id} of ${service} has the private name already, and AWS takes no second one in ${network.vpcId}: name it, network.endpoints.${group}: '${groupIds[0] ?? 'sg-…'}', ${letThrough(prefix)}`,
    ),
    ...without.map(
      ({ id, zone }) =>
        `${id} is in ${zone}, where AWS offers no endpoint of ${service} (it does in ${zones?.join(', ')}): take a subnet there instead`,
    ),
    ...twice.map(
      ([zone, subnets]) =>
        `network.subnetIds: ${subnets.map(({ id }) => id).join(' and ')} are both in ${zone}, and an endpoint of ${service} takes one subnet of each zone: leave one out`,
    ),
  ];
}

/** Of an endpoint that is there. The rule of its group that lets the functions in is the stack's to make. */
function existingProblems(
  { service, group }: Interface,
  { region, network, endpointUrls, facts }: Compared,
): readonly string[] {
  const field = `network.endpoints.${group}`;
  const told = named(network, group) ?? '';
  const all = facts.endpoints.filter((one) => one.service === nameOf(service, region) && !one.isGateway);
  const theirs = all.filter(({ groupIds }) => groupIds.includes(told));
  const [endpoint] = theirs;
  if (all.length === 0)
    return [`${field}: ${network.vpcId} has no endpoint of ${service}: leave it out, and one is made`];
  if (endpoint === undefined) {
    const groups = all.flatMap(({ id, groupIds }) => groupIds.map((groupId) => `${groupId} of ${id}`));
    return [`${field}: ${told} is the group of no endpoint of ${service}: it is ${groups.join(', or ')}`];
  }
  return [
    ...(theirs.some(({ state }) => /^available$/i.test(state))
      ? []
      : [`${endpoint.id} of ${service} is ${endpoint.state}, and not available: wait for it, or accept it`]),
    ...(theirs.some(({ hasPrivateDns }) => hasPrivateDns) || endpointUrls[service] !== undefined
      ? []
      : [
          `${endpoint.id} of ${service} has no private DNS, and functions would not find it: set endpointUrls.${service}: 'https://${endpoint.dnsName ?? 'vpce-…'}'`,
        ]),
  ];
}
