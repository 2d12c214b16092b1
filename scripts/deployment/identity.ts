import { isObject } from '@cloakroom/core';
import { readAws, type Tools } from './tools.ts';

/** Who works in which account. */
export interface Identity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
}

/** Nobody is known to AWS here: nothing but a sign-in helps. */
export class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';
}

/** How the AWS CLI says that it has no credentials, or none that AWS takes. */
const NO_CREDENTIALS =
  /Unable to locate credentials|NoCredentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SSO|Token has expired|config profile .* could not be found|Error when retrieving/i;
const REMEDY =
  'sign in (aws sso login, or aws configure), or set AWS_PROFILE; aws sts get-caller-identity says who you are';

/**
 * Says as whom and where the work will be done.
 *
 * @param variables of the process
 * @throws NoCredentialsError when AWS does not know who asks
 * @throws Error              when it is another account than the environment's
 */
export function holdIdentity(
  environment: { readonly name: string; readonly region: string; readonly accountId?: string | undefined },
  tools: Pick<Tools, 'read' | 'say'>,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Identity {
  const { name, region, accountId } = environment;
  assertOneSource(variables);
  const identity = readIdentity(region, tools);
  tools.say(`${identity.arn} in account ${identity.account}, region ${region}`);
  if (accountId === undefined) {
    tools.say(`${name} names no account: set accountId in its environment.ts, and no other can be touched by mistake`);
  } else if (accountId !== identity.account) {
    throw new Error(
      `${name} belongs to account ${accountId} (accountId in its environment.ts), and these credentials are of account ${identity.account}: ${REMEDY}`,
    );
  }
  return identity;
}

/** Where there are two, the AWS CLI and Terraform take the keys, and the SDK for JavaScript the profile: that may be two accounts. */
function assertOneSource({ AWS_PROFILE, AWS_ACCESS_KEY_ID }: Readonly<Record<string, string | undefined>>): void {
  if (!AWS_PROFILE || !AWS_ACCESS_KEY_ID) return;
  throw new Error(
    'AWS_PROFILE and AWS_ACCESS_KEY_ID are both set, and programs choose differently between them: unset one of them',
  );
}

function readIdentity(region: string, tools: Pick<Tools, 'read'>): Identity {
  let answer: unknown;
  try {
    answer = readAws(tools, region, ['sts', 'get-caller-identity']);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!NO_CREDENTIALS.test(message)) throw error;
    throw new NoCredentialsError(`there are no AWS credentials that work: ${REMEDY} (${message})`, { cause: error });
  }
  const { Account: account, Arn: arn } = isObject(answer) ? answer : {};
  if (typeof account !== 'string' || typeof arn !== 'string')
    throw new Error('aws sts get-caller-identity did not say who asks');
  return { account, arn, partition: arn.split(':')[1] ?? '' };
}
