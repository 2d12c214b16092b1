import { CloakroomError } from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import { isPublicCode, publicError } from './public-errors.ts';

/** What a client is told of an error. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Why a session is no more, where that is what went wrong. */
  readonly endedReason?: string | undefined;
  /** For the log alone: what the error gives as its reason, one stable word. */
  readonly reason?: string | undefined;
}

interface ErrorFields {
  readonly code?: unknown;
  readonly field?: unknown;
  readonly reason?: unknown;
  readonly retryAfterSeconds?: unknown;
}

const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL',
  message: 'something went wrong here; the request id finds it in our log',
};

/** The code of an error of ours decides what clients see of it; every other error, of a library too, is 500 `INTERNAL`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof CloakroomError)) return INTERNAL;
  const { code, field, reason, retryAfterSeconds }: CloakroomError & ErrorFields = error;
  if (!isPublicCode(code)) return INTERNAL;
  const row = publicError(code);
  const word = typeof reason === 'string' ? reason : undefined;
  return {
    status: row.status,
    code: row.shownAs ?? code,
    message: error instanceof HttpError ? error.message : (row.message ?? error.message),
    field: typeof field === 'string' ? field : undefined,
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : row.retryAfterSeconds,
    endedReason: row.tellsReason ? word : undefined,
    reason: word,
  };
}
