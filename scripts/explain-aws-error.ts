/** What a person can do about an error of AWS, by its name. */
const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'no AWS credentials: sign in (aws sso login), or set AWS_PROFILE, and try again',
  ExpiredToken: 'the AWS credentials have expired: sign in again (aws sso login)',
  ExpiredTokenException: 'the AWS credentials have expired: sign in again (aws sso login)',
  InvalidClientTokenId:
    'AWS does not know these credentials: look at AWS_PROFILE and the AWS_* variables (aws sts get-caller-identity)',
  UnrecognizedClientException:
    'AWS does not know these credentials: look at AWS_PROFILE and the AWS_* variables (aws sts get-caller-identity)',
};
/** How services say that credentials may not. https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const DENIED = new Set(['AccessDeniedException', 'AuthorizationErrorException', 'AuthorizationError']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'TimeoutError']);

/** What was tried. */
export interface Attempt {
  /** `CloudWatch Logs` */
  readonly service: string;
  /** What these credentials may not do, if they may not, and what would let them. */
  readonly denied: string;
  /** Of the local AWS; absent on AWS. */
  readonly endpoint?: string | undefined;
}

/** The error, in words that say what to do. */
export function explainAwsError(error: unknown, { service, denied, endpoint }: Attempt): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const remedy = DENIED.has(error.name) ? `these AWS credentials may not ${denied}` : REMEDIES[error.name];
  if (remedy !== undefined) return new Error(`${remedy} (${error.name}: ${error.message})`, { cause: error });
  const code = 'code' in error ? String(error.code) : error.name;
  if (!UNREACHABLE.has(code)) return error;
  const what =
    endpoint === undefined
      ? `${service} cannot be reached from here: is there a network?`
      : `no local AWS answers at ${endpoint}: start scripts/dev, or name its port with --aws-port`;
  return new Error(`${what} (${code})`, { cause: error });
}
