import { CloakroomError } from '@cloakroom/core';
import { type PublicCode, publicError } from './public-errors.ts';

interface HttpErrorOptions extends ErrorOptions {
  /** The input that is wrong, as a path: `1.data`, `limit`. */
  readonly field?: string;
  readonly retryAfterSeconds?: number;
}

/**
 * An answer that a route gives by throwing. Its message is shown to the client, so nothing of ours belongs in it; without one it is
 * that of the table of public errors.
 */
export class HttpError extends CloakroomError {
  override readonly name = 'HttpError';
  readonly code: PublicCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: PublicCode, message?: string, options: HttpErrorOptions = {}) {
    super(message ?? publicError(code).message ?? code, options);
    this.code = code;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
