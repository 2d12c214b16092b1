import * as v from 'valibot';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';

/** The policy of a key is not enforced, and nothing here lives long enough for a rotation. */
const keySchema = v.strictObject({
  arn: v.string(),
  key_id: v.string(),
  is_enabled: v.optional(v.boolean(), true),
  key_usage: v.optional(v.literal('ENCRYPT_DECRYPT')),
  customer_master_key_spec: v.optional(v.literal('SYMMETRIC_DEFAULT')),
  ...harmless(
    'description',
    'enable_key_rotation',
    'deletion_window_in_days',
    'policy',
    'rotation_period_in_days',
    'tags',
  ),
});

/** A symmetric key of the stack. */
export interface StackKey {
  readonly arn: string;
  readonly keyId: string;
  readonly isEnabled: boolean;
}

/** @throws StackError naming the argument that is not understood */
export function readKeys(stack: ResolvedStack): readonly StackKey[] {
  return stack
    .list('aws_kms_key')
    .map((resource) => parseArguments(resource, keySchema))
    .map(({ arn, key_id: keyId, is_enabled: isEnabled }) => ({ arn, keyId, isEnabled }));
}
