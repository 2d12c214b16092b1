import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';

/** A VPC with subnets for functions. */
export interface FunctionsNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Of every subnet the functions are in. */
  readonly routeTableIds: readonly string[];
  readonly functionsSecurityGroupId: string;
  /** What must be there for the subnets to have their routes. */
  readonly routes: readonly ITerraformDependable[];
}

/** `aws_security_group.functions`, without a rule: what leads to endpoints is opened with them. Returns its id. */
export function addFunctionsGroup(scope: Construct, { name, vpcId }: { name: string; vpcId: string }): string {
  const group = new SecurityGroup(scope, 'functions', {
    name: `${name}-functions`,
    description: 'The functions: 443 to the endpoints, nothing else',
    vpcId,
    ...NEW_BEFORE_OLD,
  });
  return fixedId(group, 'functions').id;
}
