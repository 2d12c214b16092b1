import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';

/** Days in which a deleted secret can be had back; the longest Secrets Manager offers. */
const RECOVERY_WINDOW_DAYS = 30;

export interface ClientSecretProps {
  /** In Secrets Manager. */
  readonly name: string;
  readonly description: string;
  /** Of the KMS key that encrypts it. */
  readonly keyArn: string;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * A secret without a value, `aws_secretsmanager_secret.<id>`: what Terraform knows stands in its state, so `scripts/secret` sets it. One
 * that may be destroyed is gone at once, since its name could not be used again otherwise.
 */
export class ClientSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ClientSecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, 'this', {
      name: props.name,
      description: props.description,
      kmsKeyId: props.keyArn,
      recoveryWindowInDays: props.protection.preventDestroy ? RECOVERY_WINDOW_DAYS : 0,
      ...protectedLifecycle(props.protection),
    });
    this.arn = fixedId(secret, id).arn;
  }
}
