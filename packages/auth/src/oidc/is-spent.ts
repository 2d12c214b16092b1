import { ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';

const SERVER_ERRORS = 500;
const SERVICE_UNAVAILABLE = 503;
const CLIENT_ERRORS = 400;

/** What failed before anything was sent: finding the host, or reaching it. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo'];
const NOT_SENT: readonly unknown[] = [
  'UND_ERR_CONNECT_TIMEOUT',
  // Its certificate was refused (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/**
 * Whether the provider may have used up the refresh token of a request that failed with this error, one of the library's or of the
 * connection. It surely has not when it never got the request, or refused it by 4xx, 429 and 503 among them. Everything else may hide
 * that it did its work: no answer, a gateway's answer in place of it, one that cannot be read.
 */
export function isSpent(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined)
    return status < CLIENT_ERRORS || (status >= SERVER_ERRORS && status !== SERVICE_UNAVAILABLE);
  return !wasNotSent(error);
}

/** Of the answer that the error tells of. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) return error.status;
  const { cause } = failureOf(error);
  return cause instanceof Response ? cause.status : undefined;
}

/** `fetch` has the reason as cause; where a host has several addresses, one of each. */
function wasNotSent(error: unknown): boolean {
  const { code, syscall, errors = [], cause } = failureOf(error);
  if (errors.length > 0) return errors.every(wasNotSent);
  return BEFORE_SENDING.includes(syscall) || NOT_SENT.includes(code) || (cause !== undefined && wasNotSent(cause));
}

interface Failure {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

function failureOf(error: unknown): Failure {
  return typeof error === 'object' && error !== null ? error : {};
}
