import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';

/** Days in which a deleted key can be had back; the longest KMS offers. */
const DELETION_WINDOW_DAYS = 30;

export interface TableKeyProps {
  readonly description: string;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * The customer key of the tables, rotated yearly. It keeps the default key policy: the account decides by IAM, and each
 * role that reads or writes a table is given `kms:Decrypt`, since DynamoDB uses the key on behalf of its caller.
 * Its address is `aws_kms_key.<id>`.
 */
export class TableKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: TableKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'this', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      ...protectedLifecycle(props.protection),
    });
    fixedId(key, id);
    this.arn = key.arn;
  }
}
