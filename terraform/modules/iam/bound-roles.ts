import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import type { Construct } from 'constructs';

/**
 * Sets the permissions boundary of every role below a construct, of whatever makes it: a company's account refuses the whole apply for
 * a single role without. To be called when all are there. Setting, changing or dropping it leaves a role what it is.
 *
 * @param permissionsBoundary the ARN of a policy
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundRoles(scope: Construct, permissionsBoundary: string): void {
  for (const one of scope.node.findAll()) if (one instanceof IamRole) one.permissionsBoundary = permissionsBoundary;
}
