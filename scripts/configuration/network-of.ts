import { isIPv4 } from 'node:net';
import type { Answers } from './answers.ts';
import { compact, type Written } from './written.ts';

const DEFAULT_CIDR = '10.20.0.0/20';
const DEFAULT_ZONES = ['a', 'b'];
/** A quarter of the VPC for each of at most four zones. */
const QUARTER_BITS = 2;

/** What there can be of a VPC. */
export const VPC_KINDS: readonly string[] = ['none', 'new', 'existing'];

/** Where nothing is said of it, its id says that there is one. */
export function vpcKindOf({ single }: Answers): string {
  return single.vpc ?? (single['vpc-id'] === undefined ? 'none' : 'existing');
}

/** The VPC of the functions that need no internet, if they are to be in one. */
export function networkOf(region: string, answers: Answers): Written | undefined {
  const { single, repeated } = answers;
  switch (vpcKindOf(answers)) {
    case 'existing':
      return compact({
        vpcId: single['vpc-id'] ?? '',
        subnetIds: repeated['subnet-id'] ?? [],
        routeTableIds: repeated['route-table-id'],
        endpoints: endpointsOf(answers),
      });
    case 'new': {
      const cidrBlock = single['vpc-cidr'] ?? DEFAULT_CIDR;
      const zones = repeated.zone ?? DEFAULT_ZONES;
      return {
        cidrBlock,
        subnets: zones.map((zone, index) => ({
          availabilityZone: zone.length === 1 ? `${region}${zone}` : zone,
          cidrBlock: quarter(cidrBlock, index),
        })),
        flowLogs: true,
      };
    }
    default:
      return undefined;
  }
}

/** Those that the VPC has. Of the others each is made. */
function endpointsOf({ single }: Answers): Written {
  const existing = compact({
    dynamodbPrefixListId: single['dynamodb-prefix-list-id'],
    sqsSecurityGroupId: single['sqs-security-group-id'],
    stsSecurityGroupId: single['sts-security-group-id'],
  });
  return Object.keys(existing).length === 0 ? 'create' : existing;
}

/** The `index`th quarter of a range of IPv4 addresses. What is no such range comes back as it is, and is refused by its own name. */
function quarter(cidrBlock: string, index: number): string {
  const [address = '', bits = ''] = cidrBlock.split('/');
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits)) return cidrBlock;
  const length = Number(bits) + QUARTER_BITS;
  const first =
    address.split('.').reduce((number, part) => number * 256 + Number(part), 0) + index * 2 ** (32 - length);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${length}`;
}
