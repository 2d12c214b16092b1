import { CloakroomError } from '@cloakroom/core';
import type { Texts } from './dialect.ts';

interface PublicError {
  readonly status: number;
  /** The code that clients see, where it is not the error's own. */
  readonly shownAs?: 'UNAUTHORIZED' | 'RATE_LIMITED' | 'DEPENDENCY_UNAVAILABLE';
  /** Said in place of the error's own message, where that is not made for clients. */
  readonly message?: string;
  /** `Retry-After` when the error itself names none. */
  readonly retryAfterSeconds?: number;
  /** What its answer has besides. */
  readonly headers?: Texts;
  /** Whether clients are told the error's `reason`, as `endedReason`. */
  readonly tellsReason?: true;
  /** Whether clients are told the error's `remedy`. */
  readonly tellsRemedy?: true;
}

const UNAUTHORIZED = 'a valid credential is required';
const UNAVAILABLE = 'a part this service depends on does not answer; try again shortly';
const CHANGED = 'this has changed since it was read; read it again';
const RETRY_SECONDS = 5;

/** Every error code that a client may see. An error whose code is not here is answered as 500 `INTERNAL`. */
const PUBLIC_ERRORS = {
  MALFORMED_JSON: { status: 400 },
  INVALID_QUERY: { status: 400 },
  INVALID_CURSOR: { status: 400 },
  INVALID_USER_ID: { status: 400 },
  UNAUTHORIZED: { status: 401, message: UNAUTHORIZED },
  TOKEN_INVALID: { status: 401, shownAs: 'UNAUTHORIZED', message: UNAUTHORIZED },
  FORBIDDEN: { status: 403, message: 'this is not yours to do' },
  CSRF_REFUSED: { status: 403, message: 'this request does not show that a page of a listed origin made it' },
  NAVIGATION_REQUIRED: {
    status: 403,
    message: 'a browser must go to this address, as by a link; it cannot be fetched, framed or loaded ahead',
    headers: { 'x-frame-options': 'DENY' },
  },
  RECHECK_REQUIRED: {
    status: 401,
    message: 'the provider must say again that the person is signed in: go to /auth/login?silent=1',
  },
  SESSION_REQUIRED: { status: 403, message: 'sign in again, or create a session within minutes of signing in' },
  SIGN_IN_CLOSED: { status: 403, message: 'nobody is let in anew for now; sessions that there are go on' },
  LOGIN_ENDED: {
    status: 403,
    message: 'this sign-in has ended; `remedy` tells how to begin a new one',
    tellsRemedy: true,
  },
  NOT_FOUND: { status: 404, message: 'there is nothing here' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'this is for GET alone', headers: { allow: 'GET' } },
  CONFLICT: { status: 409, message: 'another request changed this at the same time; try again' },
  SESSION_LIMIT: { status: 409, message: 'this user has as many sessions as are allowed' },
  WEB_SESSION: {
    status: 409,
    message: 'a web app keeps this session: its data and its lifetime are changed there alone',
  },
  SESSION_ENDED: { status: 410, message: 'this session has ended', tellsReason: true },
  PRECONDITION_FAILED: { status: 412, message: CHANGED },
  BODY_TOO_LARGE: { status: 413 },
  DATA_TOO_LARGE: { status: 413 },
  UNSUPPORTED_MEDIA_TYPE: { status: 415 },
  VALIDATION_FAILED: { status: 400 },
  PRECONDITION_REQUIRED: { status: 428, message: 'the version to change must be named by If-Match' },
  RATE_LIMITED: { status: 429, message: 'too many of these; try again later', retryAfterSeconds: 60 },
  CONTENDED: { status: 429, shownAs: 'RATE_LIMITED', message: 'too many requests change this at once; try again' },
  SIGN_IN_TOO_EARLY: {
    status: 429,
    message: 'this sign-in came too soon after all sessions were ended; sign in again',
  },
  PROVIDER_UNAVAILABLE: {
    status: 503,
    message:
      'the identity provider does not answer, or another refresh takes long; nobody is signed out; try again shortly',
    retryAfterSeconds: RETRY_SECONDS,
  },
  DEPENDENCY_UNAVAILABLE: { status: 503, message: UNAVAILABLE, retryAfterSeconds: RETRY_SECONDS },
  CREDENTIALS_REFUSED: {
    status: 503,
    shownAs: 'DEPENDENCY_UNAVAILABLE',
    message: UNAVAILABLE,
    retryAfterSeconds: RETRY_SECONDS,
  },
  CURSOR_KEY_MISSING: {
    status: 503,
    shownAs: 'DEPENDENCY_UNAVAILABLE',
    message: UNAVAILABLE,
    retryAfterSeconds: RETRY_SECONDS,
  },
  KEYS_UNAVAILABLE: {
    status: 503,
    shownAs: 'DEPENDENCY_UNAVAILABLE',
    message: UNAVAILABLE,
    retryAfterSeconds: RETRY_SECONDS,
  },
} as const satisfies Readonly<Record<string, PublicError>>;

export type PublicCode = keyof typeof PUBLIC_ERRORS;

export function isPublicCode(code: unknown): code is PublicCode {
  return typeof code === 'string' && Object.hasOwn(PUBLIC_ERRORS, code);
}

export function publicError(code: PublicCode): PublicError {
  return PUBLIC_ERRORS[code];
}

interface HttpErrorOptions extends ErrorOptions {
  /** The input that is wrong, as a path: `1.data`, `limit`. */
  readonly field?: string;
  /** For the log, one stable word. */
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  /** How each part answered that this service depends on; shown to clients as it is. */
  readonly dependencies?: readonly object[];
}

/**
 * An answer that a route gives by throwing. Its message is shown to the client, so nothing of ours belongs in it; without one it is
 * that of the table of public errors.
 */
export class HttpError extends CloakroomError {
  override readonly name = 'HttpError';
  readonly code: PublicCode;
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly dependencies: readonly object[] | undefined;

  constructor(code: PublicCode, message?: string, options: HttpErrorOptions = {}) {
    super(message ?? publicError(code).message ?? code, options);
    this.code = code;
    this.field = options.field;
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.dependencies = options.dependencies;
  }
}
