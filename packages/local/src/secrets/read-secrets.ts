import * as v from 'valibot';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';

/** What encrypts a secret, and for how long a deleted one can be had back, nobody would notice on one machine. */
const secretSchema = v.strictObject({
  arn: v.string(),
  name: v.pipe(v.string(), v.regex(/^[\w/+=.@-]{1,512}$/, 'must be 1 to 512 of letters, digits and /_+=.@-')),
  ...harmless('description', 'kms_key_id', 'recovery_window_in_days', 'tags'),
});

/** A secret of the stack, without its value. */
export interface StackSecret {
  readonly arn: string;
  readonly name: string;
}

/** @throws StackError naming the argument that is not understood */
export function readSecrets(stack: ResolvedStack): readonly StackSecret[] {
  return stack.list('aws_secretsmanager_secret').map((resource) => {
    const { arn, name } = parseArguments(resource, secretSchema);
    return { arn, name };
  });
}
