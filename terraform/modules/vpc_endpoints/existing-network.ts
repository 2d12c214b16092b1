import { Construct } from 'constructs';
import { addFunctionsGroup, type FunctionsNetwork } from './functions-network.ts';

export interface ExistingNetworkProps {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
}

/** A VPC that somebody else made. It gets a security group for the functions, which leads to endpoints and nowhere else, and nothing more. */
export class ExistingNetwork extends Construct implements FunctionsNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly functionsSecurityGroupId: string;
  /** They are there. */
  readonly routes = [];

  constructor(scope: Construct, id: string, { name, vpcId, subnetIds, routeTableIds }: ExistingNetworkProps) {
    super(scope, id);
    this.vpcId = vpcId;
    this.subnetIds = subnetIds;
    this.routeTableIds = routeTableIds;
    this.functionsSecurityGroupId = addFunctionsGroup(this, { name, vpcId });
  }
}
