export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One thing that is allowed: what is not listed is not. Or, by its effect, one that is refused though it is allowed elsewhere. */
export interface Statement {
  readonly effect?: 'Deny';
  /** What it is for, in letters and digits. Unique in its policy. */
  readonly sid: string;
  readonly actions: readonly string[];
  /** Exact ARNs. */
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/** The policy document as JSON text, which Terraform's references may stand in. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(toIam) });
}

function toIam({ sid, effect, actions, resources, condition }: Statement): object {
  return {
    Sid: sid,
    Effect: effect ?? 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

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

/**
 * The name of an inline policy, another for each VPC and for none. So a function that moves has the new policy, made first,
 * beside the old one, and may do its work before, while and after it moves: one that is changed in place fits one side alone.
 */
export function policyName(name: string, vpcId: string | undefined): string {
  return vpcId === undefined ? name : `${name}-${vpcId}`;
}
