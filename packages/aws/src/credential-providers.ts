import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { ResolveCredentials } from './credentials.ts';

/**
 * The SDK's standard chain: environment, shared files, SSO, web identity, container and instance metadata.
 * A new chain each time, because a chain remembers what it found. All of it is 107 KB of a bundle and 8 ms of a cold
 * start (measured); the environment alone would leave out containers, SnapStart (container endpoint), and laptops.
 */
export function standardChain(region: string): ResolveCredentials {
  return () => defaultProvider({ clientConfig: { region } })();
}

/** Seen in CloudTrail and in the ARN of the caller. */
const SESSION_NAME = 'cloakroom';
/** The most that AWS allows where the first credentials are of a role too, as on Lambda. */
const DURATION_SECONDS = 3600;

/**
 * Temporary credentials of a role, by STS AssumeRole; `sts` signs with the credentials that may assume it.
 *
 * @throws what STS answers
 */
export function assumedRole(sts: Pick<STSClient, 'send'>, roleArn: string): ResolveCredentials {
  return async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: SESSION_NAME, DurationSeconds: DURATION_SECONDS }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error(`STS answered without credentials for ${roleArn}`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
}
