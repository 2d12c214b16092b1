/** The AWS CLI, asked for one thing, in the region of the environment: what it answers, parsed. @throws Error with what it said */
export type ReadAws = (args: readonly string[]) => unknown;

interface SubnetFacts {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  /** That it is associated with, or the main one of the VPC; undefined where neither was told. */
  readonly routeTableId: string | undefined;
}

interface EndpointFacts {
  readonly id: string;
  /** `com.amazonaws.eu-central-1.sqs` */
  readonly service: string;
  /** `available`, once it works. */
  readonly state: string;
  readonly isGateway: boolean;
  readonly hasPrivateDns: boolean;
  /** Of the stack that is asked for: it was applied before. */
  readonly isOurs: boolean;
  readonly routeTableIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Its own name, which answers whether or not private DNS is on. */
  readonly dnsName: string | undefined;
}

/** What AWS says of a VPC that exists. */
export interface NetworkFacts {
  readonly hasDnsSupport: boolean;
  readonly hasDnsHostnames: boolean;
  /** Those of the environment that there are, also where they are of another VPC. */
  readonly subnets: readonly SubnetFacts[];
  /** All of the VPC. */
  readonly routeTableIds: readonly string[];
  readonly endpoints: readonly EndpointFacts[];
  /** The zones in which an interface endpoint can be, by service. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** Of DynamoDB in the region. */
  readonly prefixListId: string | undefined;
}

interface Asked {
  readonly app: string;
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Of interface endpoints that are to be made: `com.amazonaws.eu-central-1.sqs`. */
  readonly services: readonly string[];
  /** The gateway's: `com.amazonaws.eu-central-1.dynamodb`. */
  readonly gatewayService: string;
}

/** @returns undefined where there is no such VPC */
export function readNetwork(asked: Asked, readAws: ReadAws): NetworkFacts | undefined {
  const { vpcId, subnetIds, services, gatewayService } = asked;
  const ec2 = <T>(key: string, operation: string, ...options: readonly string[]): readonly T[] =>
    (readAws(['ec2', operation, ...options]) as Readonly<Record<string, readonly T[] | undefined>>)[key] ?? [];
  const filter = (name: string, ...values: readonly string[]) => [
    '--filters',
    `Name=${name},Values=${values.join(',')}`,
  ];
  if (ec2('Vpcs', 'describe-vpcs', ...filter('vpc-id', vpcId)).length === 0) return undefined;
  const tables = ec2<RouteTable>('RouteTables', 'describe-route-tables', ...filter('vpc-id', vpcId));
  const subnets = ec2<Subnet>('Subnets', 'describe-subnets', ...filter('subnet-id', ...subnetIds));
  const endpoints = ec2<Endpoint>('VpcEndpoints', 'describe-vpc-endpoints', ...filter('vpc-id', vpcId));
  const offered =
    services.length === 0
      ? []
      : ec2<Service>('ServiceDetails', 'describe-vpc-endpoint-services', '--service-names', ...services);
  const lists = ec2<{ PrefixListId?: string }>(
    'PrefixLists',
    'describe-managed-prefix-lists',
    ...filter('prefix-list-name', gatewayService),
  );
  const attribute = (name: 'EnableDnsSupport' | 'EnableDnsHostnames') => {
    const option = `${name[0]?.toLowerCase()}${name.slice(1)}`;
    const answer = readAws(['ec2', 'describe-vpc-attribute', '--vpc-id', vpcId, '--attribute', option]);
    return (answer as Readonly<Record<string, { Value?: boolean } | undefined>>)[name]?.Value === true;
  };
  return {
    hasDnsSupport: attribute('EnableDnsSupport'),
    hasDnsHostnames: attribute('EnableDnsHostnames'),
    subnets: subnets.map(({ SubnetId: id, VpcId, AvailabilityZone: zone }) => {
      return { id, vpcId: VpcId, zone, routeTableId: routeTableOf(id, tables) };
    }),
    routeTableIds: tables.map(({ RouteTableId }) => RouteTableId),
    endpoints: endpoints.filter(({ State = '' }) => !GONE.test(State)).map((one) => endpointFacts(one, asked)),
    zones: Object.fromEntries(
      offered.map(({ ServiceName, AvailabilityZones = [] }) => [ServiceName, AvailabilityZones]),
    ),
    prefixListId: lists[0]?.PrefixListId,
  };
}

/** They are told for a while longer. */
const GONE = /^(deleting|deleted|rejected|failed|expired)$/i;

/** As `aws ec2 describe-…` answers. */
interface RouteTable {
  readonly RouteTableId: string;
  readonly Associations?: readonly { readonly SubnetId?: string; readonly Main?: boolean }[];
}

interface Subnet {
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly AvailabilityZone: string;
}

interface Endpoint {
  readonly VpcEndpointId: string;
  readonly VpcEndpointType?: string;
  readonly ServiceName: string;
  readonly State?: string;
  readonly PrivateDnsEnabled?: boolean;
  readonly RouteTableIds?: readonly string[];
  readonly Groups?: readonly { readonly GroupId: string }[];
  readonly DnsEntries?: readonly { readonly DnsName?: string }[];
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

interface Service {
  readonly ServiceName: string;
  readonly AvailabilityZones?: readonly string[];
}

function routeTableOf(subnetId: string, tables: readonly RouteTable[]): string | undefined {
  const associated = tables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === subnetId));
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));
  return (associated ?? main)?.RouteTableId;
}

function endpointFacts(endpoint: Endpoint, { app, name }: Asked): EndpointFacts {
  const tags = new Map((endpoint.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  return {
    id: endpoint.VpcEndpointId,
    service: endpoint.ServiceName,
    state: endpoint.State ?? '',
    isGateway: endpoint.VpcEndpointType === 'Gateway',
    hasPrivateDns: endpoint.PrivateDnsEnabled === true,
    isOurs: tags.get('application') === app && tags.get('environment') === name,
    routeTableIds: endpoint.RouteTableIds ?? [],
    groupIds: (endpoint.Groups ?? []).map(({ GroupId }) => GroupId),
    dnsName: endpoint.DnsEntries?.[0]?.DnsName,
  };
}
