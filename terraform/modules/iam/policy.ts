type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One thing that is allowed. There is no Deny here: what is not listed is not allowed. */
export interface Statement {
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

function toIam({ sid, actions, resources, condition }: Statement): object {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}
