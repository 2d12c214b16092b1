import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';
import type { LogKey } from './log-key.ts';

/** What all log groups have in common. */
export interface LogSettings {
  readonly retentionDays: number;
  /** Absent: CloudWatch Logs encrypts with a key of its own. */
  readonly key: LogKey | undefined;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/** A log group, `aws_cloudwatch_log_group.<id>`. There is one for each construct that writes a log. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, retentionDays, key, protection }: LogSettings & { readonly name: string },
): CloudwatchLogGroup {
  const group = new CloudwatchLogGroup(scope, 'log', {
    name,
    retentionInDays: retentionDays,
    ...(key === undefined ? {} : { kmsKeyId: key.arnFor(name) }),
    ...protectedLifecycle(protection),
  });
  return fixedId(group, id);
}
