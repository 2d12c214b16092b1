import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';
import { policyDocument, policyName, type Statement } from './policy.ts';

const TRUST_LAMBDA = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

export interface FunctionRoleProps {
  /** Of the role, at most 64 characters. */
  readonly name: string;
  /** What the function's code does. What Lambda itself needs is added by the lambda module. */
  readonly statements: readonly Statement[];
  /** Of the VPC that the statements are held to, where there is one. */
  readonly vpcId?: string | undefined;
}

/**
 * The role of one function: `aws_iam_role.<id>` with the inline policy `aws_iam_role_policy.<id>`. Without statements there is no
 * policy, since IAM takes no empty one.
 */
export class FunctionRole extends Construct {
  readonly name: string;
  readonly arn: string;
  /** What must exist before the role can be used. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id);
    const role = fixedId(new IamRole(this, 'this', { name: props.name, assumeRolePolicy: TRUST_LAMBDA }), id);
    this.policies = props.statements.length === 0 ? [] : [this.#addPolicy(role, id, props)];
    this.name = role.name;
    this.arn = role.arn;
  }

  #addPolicy(role: IamRole, id: string, { statements, vpcId }: FunctionRoleProps): ITerraformDependable {
    const policy = new IamRolePolicy(this, 'code', {
      name: policyName('code', vpcId),
      role: role.name,
      policy: policyDocument(statements),
      ...NEW_BEFORE_OLD,
    });
    return fixedId(policy, id);
  }
}
