import { isIPv4 } from 'node:net';
import { isObject } from '@cloakroom/core';
import * as v from 'valibot';

/** As large as a VPC or a subnet can be: /16 to /28. */
const cidr = v.pipe(
  v.string(),
  v.check(
    (text) => isIPv4(text.split('/')[0] ?? '') && /\/(1[6-9]|2[0-8])$/.test(text),
    'must be an IPv4 range, /16 to /28',
  ),
);

const madeNetwork = v.strictObject({
  cidrBlock: cidr,
  subnets: v.pipe(
    v.array(
      v.strictObject({
        availabilityZone: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be a zone')),
        cidrBlock: cidr,
      }),
    ),
    v.minLength(2),
  ),
  /** Whether it is logged who speaks to whom. */
  flowLogs: v.optional(v.boolean()),
});

const idOf = (prefix: string) =>
  v.pipe(v.string(), v.regex(RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id, ${prefix}-…`));

/** Of a network that is made: what exists has it already. */
const ofMade = v.optional(
  v.never(
    'is of a network that is made, and vpcId says that it exists: leave this out, or vpcId and what belongs to it',
  ),
);

/** A VPC that is there. What it has of endpoints is named; of the others each is made. */
const existingNetwork = v.pipe(
  v.strictObject({
    vpcId: idOf('vpc'),
    cidrBlock: ofMade,
    subnets: ofMade,
    flowLogs: ofMade,
    /** Of the functions, in two zones at least. */
    subnetIds: v.pipe(v.array(idOf('subnet')), v.minLength(2)),
    /** Of all these subnets. */
    routeTableIds: v.optional(v.pipe(v.array(idOf('rtb')), v.minLength(1))),
    endpoints: v.union(
      [
        v.literal('create'),
        v.strictObject({
          dynamodbPrefixListId: v.optional(idOf('pl')),
          sqsSecurityGroupId: v.optional(idOf('sg')),
          stsSecurityGroupId: v.optional(idOf('sg')),
        }),
      ],
      "must be 'create', or dynamodbPrefixListId, sqsSecurityGroupId and stsSecurityGroupId of those that exist",
    ),
  }),
  v.check(
    ({ endpoints, routeTableIds }) =>
      routeTableIds !== undefined || (endpoints !== 'create' && endpoints.dynamodbPrefixListId !== undefined),
    'needs routeTableIds: the endpoint of DynamoDB is made in the route tables of all subnets',
  ),
);

type NetworkSchema = typeof madeNetwork | typeof existingNetwork;

/** The VPC of the functions that need no internet: one that is made, or one that exists, which has a `vpcId`. */
export const networkSchema: v.GenericSchema<v.InferInput<NetworkSchema>, v.InferOutput<NetworkSchema>> = v.lazy(
  (input) => (isObject(input) && 'vpcId' in input ? existingNetwork : madeNetwork),
);

/** An environment, as far as its network must agree with it. */
interface Told {
  readonly region: string;
  readonly network?: v.InferOutput<NetworkSchema> | undefined;
}

/** What contradicts between the zones of a network and the region, a sentence for each zone. */
export function zoneProblems({ region, network }: Told): readonly string[] {
  if (network === undefined || 'vpcId' in network) return [];
  return network.subnets
    .map(({ availabilityZone }) => availabilityZone)
    .filter((zone) => zone.slice(0, -1) !== region)
    .map((zone) => `network.subnets: ${zone} is not in the region ${region}: take zones such as ${region}a`);
}
