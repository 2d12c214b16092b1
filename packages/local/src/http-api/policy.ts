import * as v from 'valibot';
import { arnMatches } from '../lambda/permissions.ts';

const oneOrMore = v.union([v.string(), v.array(v.string())]);
const statementSchema = v.object({ Effect: v.picklist(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore });

/** The IAM policy of an authorizer's answer. */
export const policySchema = v.object({ Statement: v.union([v.array(statementSchema), statementSchema]) });
type Policy = v.InferOutput<typeof policySchema>;

const INVOKE = ['execute-api:invoke', 'execute-api:*', '*'];

/** Whether the policy allows `execute-api:Invoke` on the route's ARN: an explicit Deny wins, silence denies. */
export function isPolicyAllowing({ Statement }: Policy, arn: string): boolean {
  const relevant = list(Statement).filter(
    ({ Action, Resource }) =>
      list(Action).some((action) => INVOKE.includes(action.toLowerCase())) &&
      list(Resource).some((resource) => resource === '*' || arnMatches(resource, arn)),
  );
  return relevant.length > 0 && relevant.every(({ Effect }) => Effect === 'Allow');
}

function list<T>(value: T | T[]): readonly T[] {
  return Array.isArray(value) ? value : [value];
}
