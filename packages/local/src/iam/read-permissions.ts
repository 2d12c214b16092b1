import * as v from 'valibot';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import type { RequestContext } from './conditions.ts';
import { parsePolicy, type Statement } from './policy-document.ts';

/** One thing that is to be done, in the words of IAM. */
export interface Attempt {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** The ARN it is done to, or `*` where the action knows no resources. */
  readonly resource: string;
  /**
   * What it says of itself, asked for where a condition needs it. Where AWS does not say how a request is read, there is one for
   * each reading: each of them must be allowed.
   */
  readonly contexts?: () => readonly RequestContext[];
}

/** Why something is not allowed: no statement allows it, or one forbids it. */
export type Denial = 'implicit' | 'explicit';

/** What the roles of the account may do. */
export interface Permissions {
  /**
   * Undefined: it is allowed. A role that has no policy in the stack may do nothing; one of another account may do everything,
   * since what it may stands there.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
   */
  judge(roleArn: string, attempt: Attempt): Denial | undefined;
}

const policySchema = v.strictObject({ role: v.string(), policy: v.string(), ...harmless('id', 'name') });
const WITHOUT_CONTEXT: readonly RequestContext[] = [{}];

/**
 * The policies of roles, as they were synthesized. A role need not be of the stack: whoever assumes one by that name is judged.
 * Permissions boundaries are not judged.
 *
 * @throws StackError with the path of whatever is not understood
 */
export function readPermissions(stack: ResolvedStack): Permissions {
  const byRole = new Map<string, Statement[]>();
  for (const resource of stack.list('aws_iam_role_policy')) {
    const { role, policy } = parseArguments(resource, policySchema);
    const statements = parsePolicy(policy, `resource.${resource.address}.policy`);
    byRole.set(role, [...(byRole.get(role) ?? []), ...statements]);
  }
  return {
    judge(roleArn, attempt) {
      const account = roleArn.split(':')[4];
      if (account !== LOCAL_ACCOUNT_ID) return undefined;
      return judge(byRole.get(roleArn.slice(roleArn.lastIndexOf('/') + 1)) ?? [], attempt);
    },
  };
}

function judge(statements: readonly Statement[], { action, resource, contexts }: Attempt): Denial | undefined {
  const about = statements.filter((statement) => statement.covers(action, resource));
  const needsContext = about.some(({ isConditional }) => isConditional);
  const readings = needsContext ? (contexts?.() ?? WITHOUT_CONTEXT) : WITHOUT_CONTEXT;
  const met = readings.map((context) => about.filter((statement) => statement.isMetBy(context)));
  if (met.some((statements) => statements.some(({ isDeny }) => isDeny))) return 'explicit';
  return met.every((statements) => statements.length > 0) ? undefined : 'implicit';
}
