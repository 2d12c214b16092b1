import { GetPolicyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { askIfThere, LAMBDA_POLICY } from './ask.ts';

/** A statement that lets API Gateway invoke a function. */
export interface Grant {
  readonly id: string;
  /** Patterns; undefined: whatever the source. */
  readonly sourceArns: readonly string[] | undefined;
  readonly sourceAccounts: readonly string[] | undefined;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const INVOKES = new Set(['lambda:invokefunction', 'lambda:*', '*']);
const API_GATEWAYS = new Set(['apigateway.amazonaws.com', '*']);
const OPERATORS = new Set(['arnlike', 'arnequals', 'stringlike', 'stringequals']);

/** What API Gateway may by the policy of a function, or of an alias of it. */
export async function readGrants(
  lambda: Pick<LambdaClient, 'send'>,
  FunctionName: string,
  Qualifier: string | undefined,
): Promise<readonly Grant[]> {
  const answer = await askIfThere(LAMBDA_POLICY, () => lambda.send(new GetPolicyCommand({ FunctionName, Qualifier })));
  return answer?.Policy === undefined ? [] : parsePolicy(answer.Policy);
}

/** The statements of a policy that count. One with a condition that is not understood here counts for nobody. */
export function parsePolicy(text: string): readonly Grant[] {
  const { Statement: statements = [] } = JSON.parse(text) as { Statement?: readonly Statement[] };
  return statements.filter(isForApiGateway).flatMap(({ Sid = 'without a name', Condition = {} }) => {
    const values = conditionValues(Condition);
    return values === undefined
      ? []
      : [{ id: Sid, sourceArns: values.get('aws:sourcearn'), sourceAccounts: values.get('aws:sourceaccount') }];
  });
}

function isForApiGateway({ Effect, Principal = '', Action = [] }: Statement): boolean {
  const principals = typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();
  return (
    Effect === 'Allow' &&
    principals.some((principal) => API_GATEWAYS.has(principal)) &&
    [Action].flat().some((action) => INVOKES.has(action.toLowerCase()))
  );
}

function conditionValues(
  condition: NonNullable<Statement['Condition']>,
): ReadonlyMap<string, readonly string[]> | undefined {
  const values = new Map<string, readonly string[]>();
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, value] of Object.entries(keys)) {
      const name = key.toLowerCase();
      const isKnown =
        OPERATORS.has(operator.toLowerCase()) && (name === 'aws:sourcearn' || name === 'aws:sourceaccount');
      if (!isKnown) return undefined;
      values.set(name, [value].flat());
    }
  }
  return values;
}
