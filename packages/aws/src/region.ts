import { ConfigurationError } from '@cloakroom/core';
import { environment, type Variables } from './lean/environment.ts';

/** What may stand in the name of a host. */
const REGION = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

/**
 * The region that was given, or the environment's, or the shared files', which are read only then.
 *
 * @throws ConfigurationError when nobody says one, or it cannot be one
 */
export async function standardRegion(given?: string, variables: Variables = environment()): Promise<string> {
  const region = given || variables.AWS_REGION || variables.AWS_DEFAULT_REGION || (await readSharedRegion(variables));
  if (region !== undefined && REGION.test(region)) return region;
  throw new ConfigurationError([
    region === undefined
      ? 'there is no AWS region: set AWS_REGION, or the option `region`, or `region` in the profile of ~/.aws/config'
      : 'the AWS region must be a name such as eu-central-1',
  ]);
}

async function readSharedRegion(variables: Variables): Promise<string | undefined> {
  const { sharedRegion } = await import('./shared-region.ts');
  return sharedRegion(variables);
}
