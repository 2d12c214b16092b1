import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import type { Protection } from '../protection.ts';

/** Days in which a deleted key can be had back; the longest KMS offers. */
const DELETION_WINDOW_DAYS = 30;

export interface LogKeyProps {
  readonly description: string;
  readonly region: string;
  /** The account of the key and of the log groups, twelve digits. */
  readonly accountId: string;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * The customer key of log groups, rotated yearly, `aws_kms_key.<id>`. The account decides by IAM, as with a key that has no
 * policy of its own; besides, CloudWatch Logs may use it, for the groups that asked for it and for no others.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export class LogKey extends Construct {
  readonly #props: LogKeyProps;
  readonly #groupNames = new Set<string>();
  readonly #key: KmsKey;

  constructor(scope: Construct, id: string, props: LogKeyProps) {
    super(scope, id);
    this.#props = props;
    this.#key = new KmsKey(this, 'this', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      // Written when all groups have asked.
      policy: Lazy.stringValue({ produce: () => this.#policy() }),
      lifecycle: {
        ...(props.protection.preventDestroy ? { preventDestroy: true } : {}),
        // A key that is given up goes after the groups have left it, not before.
        createBeforeDestroy: true,
      },
    });
    fixedId(this.#key, id);
  }

  /** The key's ARN, for a log group of this name. */
  arnFor(groupName: string): string {
    this.#groupNames.add(groupName);
    return this.#key.arn;
  }

  /** By name, not by reference: each group waits for the key. */
  #policy(): string {
    const { region, accountId } = this.#props;
    const groupArns = [...this.#groupNames].map((name) => `arn:*:logs:${region}:${accountId}:log-group:${name}`);
    const decideByIam = {
      Sid: 'DecideByIam',
      Effect: 'Allow',
      Principal: { AWS: accountId },
      Action: 'kms:*',
      Resource: '*',
    };
    const encryptLogs = {
      Sid: 'EncryptLogs',
      Effect: 'Allow',
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': groupArns } },
    };
    return JSON.stringify({ Version: '2012-10-17', Statement: [decideByIam, encryptLogs] });
  }
}
