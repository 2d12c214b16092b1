import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { Statement } from '../../modules/iam/policy.ts';
import type { Resources } from '../function-spec.ts';

/** A list that has a next page seals where that begins, with a key that all functions share. */
export function readCursorKey({ sessions }: Resources): Statement {
  return {
    sid: 'ReadCursorKey',
    actions: ['dynamodb:GetItem'],
    resources: [sessions.arn],
    condition: partitionKeys('KEYS#~cursor'),
  };
}
