import { CloakroomError } from '@cloakroom/core';
import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';

/** Which of them it was, one stable word each. `ended`: of a refresh token, and of it alone, that it is good for nothing any more. */
export type ProviderFailure = 'cancelled' | 'interaction_required' | 'unavailable' | 'refused' | 'ended';

interface ProviderErrorFields {
  /** Alias of the issuer. */
  readonly issuer: string;
  /** The provider's own error code, or that of what is wrong with its answer. */
  readonly reason: string;
  /** The provider's own words, cut. For the log alone: they are not made for the people who would see them. */
  readonly description?: string | undefined;
  readonly isSpent?: boolean;
}

/** The provider did not give what was asked for. Neither the message nor any field holds a code or a token. */
export class ProviderError extends CloakroomError {
  override readonly name = 'ProviderError';
  readonly code = 'PROVIDER_FAILED';
  readonly failure: ProviderFailure;
  readonly issuer: string;
  readonly reason: string;
  readonly description: string | undefined;
  /** Whether the provider may have used up the refresh token that it was sent; false where none was. */
  readonly isSpent: boolean;

  constructor(failure: ProviderFailure, { issuer, reason, description, isSpent = false }: ProviderErrorFields) {
    super(`provider ${issuer}: ${failure}, ${reason}`);
    this.failure = failure;
    this.issuer = issuer;
    this.reason = reason;
    this.description = description;
    this.isSpent = isSpent;
  }
}

/** RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6; what is not here is `refused`. */
const FAILURES: Readonly<Record<string, ProviderFailure>> = {
  access_denied: 'cancelled',
  account_selection_required: 'interaction_required',
  consent_required: 'interaction_required',
  interaction_required: 'interaction_required',
  login_required: 'interaction_required',
  server_error: 'unavailable',
  temporarily_unavailable: 'unavailable',
};

const MAX_DESCRIPTION_LENGTH = 200;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERRORS = 500;

/**
 * What an error of the OpenID Connect library means. The error itself goes no further, neither as a cause: it carries the whole
 * answer, with codes and tokens. Any other error comes from the connection.
 */
export function toProviderError(error: unknown, issuer: string): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const reason = shortened(error.error);
    const status = error instanceof ResponseBodyError ? error.status : 0;
    const failure = isOutage(status) ? 'unavailable' : (FAILURES[reason] ?? 'refused');
    return new ProviderError(failure, { issuer, reason, description: shortened(error.error_description ?? '') });
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return new ProviderError('refused', { issuer, reason: 'invalid_client' });
  }
  if (error instanceof OperationProcessingError) {
    const { code = 'malformed', cause } = error;
    const failure = cause instanceof Response && isOutage(cause.status) ? 'unavailable' : 'refused';
    return new ProviderError(failure, { issuer, reason: code, description: shortened(error.message) });
  }
  return new ProviderError('unavailable', { issuer, reason: nameOf(error) });
}

function isOutage(status: number): boolean {
  return status === TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Printable, and no longer than a line. */
function shortened(text: string): string {
  return text.slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed().replaceAll(/\p{C}/gu, '?');
}
