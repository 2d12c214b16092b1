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
