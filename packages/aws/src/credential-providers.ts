import type { AwsCredentialIdentity } from '@smithy/types';
import type { ResolveCredentials } from './credentials.ts';
import { environment, type Variables } from './lean/environment.ts';

/**
 * The credentials of the environment, as on Lambda, and where it has none, what the SDK's standard chain finds: shared files,
 * SSO, web identity, containers, instance metadata. The chain is loaded only then. A named profile comes before the
 * environment, as in the SDK.
 */
export function standardCredentials(region: string, variables: () => Variables = environment): ResolveCredentials {
  return async () => {
    const found = environmentCredentials(variables());
    if (found !== undefined) return found;
    const { standardChain } = await import('./credential-chain.ts');
    return standardChain(region)();
  };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html */
function environmentCredentials(variables: Variables): AwsCredentialIdentity | undefined {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  const { AWS_SESSION_TOKEN: sessionToken, AWS_CREDENTIAL_EXPIRATION: expiration } = variables;
  if (AWS_PROFILE || !accessKeyId || !secretAccessKey) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    ...(expiration ? { expiration: new Date(expiration) } : {}),
  };
}
