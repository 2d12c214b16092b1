import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';

/** Days in which a deleted key can be had back; the longest KMS offers. */
const DELETION_WINDOW_DAYS = 30;

export interface SignInKeyProps {
  readonly description: string;
  readonly region: string;
  /** Twelve digits. Without it the key keeps the default policy, by which the account decides by IAM alone. */
  readonly accountId: string | undefined;
  /** The roles that may use it. */
  readonly roleArns: readonly string[];
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * The customer key of what providers gave for sessions, and of the clients' secrets, rotated yearly: `aws_kms_key.<id>`. The account
 * decides by IAM; but whatever IAM says, nobody decrypts with it but these roles, and whoever may read or set a secret, through Secrets
 * Manager. Who may do everything else in the account must change this policy first, which CloudTrail shows.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export class SignInKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SignInKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'this', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      ...(props.accountId === undefined ? {} : { policy: policyOf(props, props.accountId) }),
      ...protectedLifecycle(props.protection),
    });
    fixedId(key, id);
    this.arn = key.arn;
  }
}

function policyOf({ region, roleArns }: SignInKeyProps, accountId: string): string {
  const decideByIam = {
    Sid: 'DecideByIam',
    Effect: 'Allow',
    Principal: { AWS: accountId },
    Action: 'kms:*',
    Resource: '*',
  };
  const nobodyElse = {
    Sid: 'NobodyElseDecrypts',
    Effect: 'Deny',
    Principal: '*',
    Action: ['kms:Decrypt', 'kms:ReEncryptFrom'],
    Resource: '*',
    Condition: {
      ArnNotEquals: { 'aws:PrincipalArn': roleArns },
      StringNotEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [decideByIam, nobodyElse] });
}
