import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group/index.js';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import type { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { addressOf, fixedId } from '../fixed-id.ts';
import type { LogSettings } from '../monitoring/log-group.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';
import { FlowLog } from './flow-log.ts';
import { addFunctionsGroup, type FunctionsNetwork } from './functions-network.ts';
import { terraformData } from './terraform-data.ts';

export interface SubnetProps {
  readonly availabilityZone: string;
  readonly cidrBlock: string;
}

export interface NetworkProps {
  readonly name: string;
  readonly cidrBlock: string;
  readonly subnets: readonly SubnetProps[];
  readonly region: string;
  /** Absent: the traffic is not logged. */
  readonly flowLogs: LogSettings | undefined;
}

/**
 * A VPC with no way out: private subnets, a route table for each, no gateway, no NAT. The functions' security group
 * starts with no rule at all; {@link VpcEndpoints} opens what leads to its endpoints. The default group loses the rules that
 * AWS gives it, so that what is put into the VPC without a group of its own can speak to nobody.
 *
 * A subnet that is cut anew makes a new VPC beside the old one. In one VPC the two cannot be at once: their ranges would
 * overlap, an interface endpoint takes one subnet of each zone, and a second endpoint cannot have the same private DNS name.
 * The names of groups are unique within their VPC, so theirs, and their descriptions, are not to be changed.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#vpce-interface-limitations
 */
export class Network extends Construct implements FunctionsNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly functionsSecurityGroupId: string;
  /** The routes of the subnets. */
  readonly routes: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'vpc', {
      cidrBlock: props.cidrBlock,
      // Both, or the endpoints' private DNS names do not resolve.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: props.name },
      lifecycle: {
        createBeforeDestroy: true,
        replaceTriggeredBy: props.subnets.map((subnet) => addressOf(this.#addCut(subnet))),
      },
    });
    this.vpcId = fixedId(vpc, id).id;
    fixedId(new DefaultSecurityGroup(this, 'default', { vpcId: this.vpcId }), id);
    const pairs = props.subnets.map((subnet) => this.#addSubnet(props.name, subnet));
    this.subnetIds = pairs.map(({ subnetId }) => subnetId);
    this.routeTableIds = pairs.map(({ routeTableId }) => routeTableId);
    this.routes = pairs.map(({ route }) => route);
    this.functionsSecurityGroupId = addFunctionsGroup(this, { name: props.name, vpcId: this.vpcId });
    const { name, region, flowLogs: logs } = props;
    if (logs !== undefined) new FlowLog(this, 'flow-logs', { name, region, vpc, logs });
  }

  /** What remembers the range of a zone's subnet: a zone that comes or goes changes none, a range that changes does. */
  #addCut({ availabilityZone, cidrBlock }: SubnetProps): TerraformResource {
    const id = availabilityZone.replaceAll('-', '_');
    const cut = terraformData(this, `cut-${id}`);
    cut.addOverride('input', { cidr_block: cidrBlock });
    return fixedId(cut, id);
  }

  #addSubnet(networkName: string, { availabilityZone, cidrBlock }: SubnetProps) {
    const id = availabilityZone.replaceAll('-', '_');
    const tags = { Name: `${networkName}-${availabilityZone}` };
    const subnet = new Subnet(this, `subnet-${id}`, {
      vpcId: this.vpcId,
      availabilityZone,
      cidrBlock,
      tags,
      ...NEW_BEFORE_OLD,
    });
    fixedId(subnet, id);
    const routeTable = fixedId(
      new RouteTable(this, `routes-${id}`, { vpcId: this.vpcId, tags, ...NEW_BEFORE_OLD }),
      id,
    );
    const association = { subnetId: subnet.id, routeTableId: routeTable.id };
    const route = new RouteTableAssociation(this, `association-${id}`, { ...association, ...NEW_BEFORE_OLD });
    return { ...association, route: fixedId(route, id) };
  }
}
