import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { ResolveCredentials } from './credentials.ts';

/**
 * The SDK's standard chain: environment, shared files, SSO, web identity, container and instance metadata.
 * A new chain each time, because a chain remembers what it found.
 */
export function standardChain(region: string): ResolveCredentials {
  return () => defaultProvider({ clientConfig: { region } })();
}

/**
 * Temporary credentials of a role, by STS AssumeRole; `sts` signs with the credentials that may assume it.
 *
 * @throws what STS answers; a refusal of the role names the role in its message
 */
export function assumedRole(sts: Pick<STSClient, 'send'>, roleArn: string): ResolveCredentials {
  return async () => {
    const { Credentials: found } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'cloakroom', DurationSeconds: 3600 }),
    );
    if (found?.AccessKeyId === undefined || found.SecretAccessKey === undefined) {
      throw new Error(`STS answered without credentials for ${roleArn}`);
    }
    return {
      accessKeyId: found.AccessKeyId,
      secretAccessKey: found.SecretAccessKey,
      ...(found.SessionToken === undefined ? {} : { sessionToken: found.SessionToken }),
      ...(found.Expiration === undefined ? {} : { expiration: found.Expiration }),
    };
  };
}
