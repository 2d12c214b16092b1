import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { STS_TIMEOUT_MS } from './limits.ts';
import type { AwsSession } from './session.ts';

/** Who AWS takes us for. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Apart from the session, so that functions which do not ask who they are do not carry it. */
export function stsFrom(aws: Pick<AwsSession, 'client'>): STSClient {
  return aws.client({ service: 'STS', Client: STSClient, requestTimeoutMs: STS_TIMEOUT_MS });
}

/** STS GetCallerIdentity of the region, which needs no permission. */
export async function verifyIdentity(
  aws: Pick<AwsSession, 'client'>,
  options?: { readonly abortSignal: AbortSignal },
): Promise<Identity> {
  const { Account = '', Arn = '' } = await stsFrom(aws).send(new GetCallerIdentityCommand({}), options);
  return { account: Account, arn: Arn };
}
