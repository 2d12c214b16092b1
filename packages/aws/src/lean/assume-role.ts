import type { AwsCredentialIdentity } from '@smithy/types';
import type { ResolveCredentials } from '../credentials.ts';
import { STS_TIMEOUT_MS } from '../limits.ts';
import { AwsError } from './errors.ts';
import { createSignedClient, type Service, type SignedClientOptions } from './signed-client.ts';
import type { Answer } from './transport.ts';

const STS: Service = {
  client: 'STSClient',
  signingName: 'sts',
  contentType: 'application/x-www-form-urlencoded; charset=utf-8',
  requestTimeoutMs: STS_TIMEOUT_MS,
  errorOf,
};
/** Seen in CloudTrail and in the ARN of the caller. */
const SESSION_NAME = 'cloakroom';
/** The most that AWS allows where the first credentials are of a role too, as on Lambda. */
const DURATION_SECONDS = '3600';

/**
 * Temporary credentials of a role, asked for with the credentials that may assume it, without the SDK.
 *
 * @throws what STS answers
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumedRole(options: SignedClientOptions, roleArn: string): ResolveCredentials {
  const { call } = createSignedClient(STS, options);
  const input = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: SESSION_NAME,
    DurationSeconds: DURATION_SECONDS,
  };
  const body = String(new URLSearchParams(input));
  return () => call({ body, input, read: (answer) => credentialsOf(answer, roleArn) });
}

function credentialsOf(body: string, roleArn: string): AwsCredentialIdentity {
  const accessKeyId = textOf(body, 'AccessKeyId');
  const secretAccessKey = textOf(body, 'SecretAccessKey');
  const sessionToken = textOf(body, 'SessionToken');
  const expiration = new Date(textOf(body, 'Expiration'));
  if (accessKeyId && secretAccessKey && sessionToken && !Number.isNaN(expiration.getTime())) {
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  }
  throw new Error(`STS answered without credentials for ${roleArn}`);
}

function errorOf({ status, headers, body }: Answer): AwsError {
  const requestId = String(headers['x-amzn-requestid'] ?? '');
  const message = textOf(body, 'Message') || `STS answered ${status}`;
  return new AwsError(textOf(body, 'Code') || 'UnknownError', message, { httpStatusCode: status, requestId });
}

/** What the one element of this name holds; '' where there is none. Credentials and codes have no characters that XML escapes. */
function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.trim() ?? '';
}
