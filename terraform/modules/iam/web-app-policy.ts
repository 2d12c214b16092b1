import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { policyDocument, type Statement } from './policy.ts';

export interface WebAppPolicyProps {
  /** Of the policy. A role may have those of several installations. */
  readonly name: string;
  /** The name of a role that is there, without its path. */
  readonly role: string;
  readonly statements: readonly Statement[];
}

/** What a role that is made elsewhere may do here besides, as an inline policy of its own: `aws_iam_role_policy.<id>`. */
export class WebAppPolicy extends Construct {
  constructor(scope: Construct, id: string, { name, role, statements }: WebAppPolicyProps) {
    super(scope, id);
    fixedId(new IamRolePolicy(this, 'this', { name, role, policy: policyDocument(statements) }), id);
  }
}
