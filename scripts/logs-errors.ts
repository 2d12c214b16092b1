/** What a person can do about an error of AWS, by its name. */
const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'no AWS credentials: sign in (aws sso login), or set AWS_PROFILE, and try again',
  ExpiredToken: 'the AWS credentials have expired: sign in again (aws sso login)',
  ExpiredTokenException: 'the AWS credentials have expired: sign in again (aws sso login)',
  InvalidClientTokenId:
    'AWS does not know these credentials: look at AWS_PROFILE and the AWS_* variables (aws sts get-caller-identity)',
  UnrecognizedClientException:
    'AWS does not know these credentials: look at AWS_PROFILE and the AWS_* variables (aws sts get-caller-identity)',
  AccessDeniedException:
    'these AWS credentials may not read the logs: allow them logs:DescribeLogGroups and logs:FilterLogEvents',
};
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'TimeoutError']);

/**
 * The error, in words that say what to do.
 *
 * @param endpoint of the local AWS; absent on AWS
 */
export function explainLogsError(error: unknown, endpoint?: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const remedy = REMEDIES[error.name];
  if (remedy !== undefined) return new Error(`${remedy} (${error.name}: ${error.message})`, { cause: error });
  const code = 'code' in error ? String(error.code) : error.name;
  if (!UNREACHABLE.has(code)) return error;
  const what =
    endpoint === undefined
      ? 'CloudWatch Logs cannot be reached from here: is there a network?'
      : `no local AWS answers at ${endpoint}: start scripts/dev, or name its port with --aws-port`;
  return new Error(`${what} (${code})`, { cause: error });
}
