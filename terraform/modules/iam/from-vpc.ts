import type { Statement } from './policy.ts';

/**
 * The same, for calls through an endpoint of this VPC alone: credentials of the role that got out are worth nothing
 * elsewhere. Only for what a function's code calls itself: nothing that AWS does in the role's name comes from there.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
 */
export function fromVpc(vpcId: string, statement: Statement): Statement {
  const { StringEquals, ...others } = statement.condition ?? {};
  return { ...statement, condition: { ...others, StringEquals: { ...StringEquals, 'aws:SourceVpc': vpcId } } };
}
