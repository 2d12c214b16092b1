import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';

// How long lines are kept is not modelled: a group has a size here.
const groupSchema = v.strictObject({ name: v.string(), ...harmless('retention_in_days', 'tags') });

/**
 * The log groups of the stack. There are no others: no role may create one, so what is written to another name is lost on AWS.
 *
 * @throws StackError naming the argument that is not understood
 */
export function stackLogGroups(stack: ResolvedStack): readonly string[] {
  return stack.list('aws_cloudwatch_log_group').map((resource) => parseArguments(resource, groupSchema).name);
}

/**
 * Returns the group; `path` says what writes to it.
 *
 * @throws StackError naming both when the stack has no such group
 */
export function requireLogGroup(stack: ResolvedStack, group: string, path: string): string {
  if (stackLogGroups(stack).includes(group)) return group;
  const problem = `writes its log to ${group}, which no aws_cloudwatch_log_group makes: on AWS every line would be lost`;
  throw new StackError(path, problem);
}
