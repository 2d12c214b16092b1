const CREDENTIAL_ERRORS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'ExpiredToken',
  'ExpiredTokenException',
]);

const THROTTLING_ERRORS = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

const TRANSPORT_ERRORS = new Set([
  'DeadlineError', // ours: no answer before the deadline
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'UnreadableAnswerError', // ours: a proxy's page, or half an answer
]);

/** Causes deeper than this are not looked at: a chain that long is a cycle. */
const MAX_DEPTH = 5;

/**
 * The error's name when AWS does not accept the credentials themselves; undefined for every other error, such as
 * AccessDenied, which new credentials do not change.
 */
export function credentialErrorName(error: unknown): string | undefined {
  return errorChain(error)
    .flatMap(names)
    .find((name) => CREDENTIAL_ERRORS.has(name));
}

/** True for throttling, 5xx, timeouts and failed connections: what may pass by itself. */
export function isUnavailable(error: unknown): boolean {
  return errorChain(error).some((link) => {
    const status = statusCode(link);
    return (
      status === 429 ||
      (status !== undefined && status >= 500) ||
      names(link).some((name) => THROTTLING_ERRORS.has(name) || TRANSPORT_ERRORS.has(name))
    );
  });
}

/** True for throttling alone. */
export function isThrottled(error: unknown): boolean {
  return errorChain(error).some(
    (link) => statusCode(link) === 429 || names(link).some((name) => THROTTLING_ERRORS.has(name)),
  );
}

/** The error and its causes, outermost first. */
function errorChain(error: unknown): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = [];
  let link = error;
  while (chain.length < MAX_DEPTH && typeof link === 'object' && link !== null) {
    const fields = link as Record<string, unknown>;
    chain.push(fields);
    link = fields.cause;
  }
  return chain;
}

/** An error's name, wherever its protocol put it: `name`, `code` (Node), `Code` (query), `__type` (JSON, with a namespace). */
function names(error: Record<string, unknown>): string[] {
  return [error.name, error.code, error.Code, error.__type]
    .filter((name) => typeof name === 'string')
    .map((name) => name.slice(name.lastIndexOf('#') + 1));
}

function statusCode(error: Record<string, unknown>): number | undefined {
  const metadata = error.$metadata as { readonly httpStatusCode?: unknown } | undefined;
  return typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
