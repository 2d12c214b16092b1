/** What a client can meet. Of the API's own codes, those of `/auth/*` are passed on as they are. */
export type ClientErrorCode =
  // Of a sign-in that did not come about. They stand as `error` in the address to which the browser came back.
  | 'SIGN_IN_CANCELLED'
  | 'SIGN_IN_LOST'
  | 'INTERACTION_REQUIRED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'OTHER_USER'
  | 'SIGN_IN_CLOSED'
  | 'SESSION_LIMIT'
  | 'TOO_MANY_SIGN_INS'
  | 'PROVIDER_UNAVAILABLE'
  | 'PROVIDER_REFUSED'
  | 'SERVICE_UNAVAILABLE'
  /** Back from the second sign-in in a row, and still nobody: the browser does not send the cookie along. */
  | 'COOKIES_BLOCKED'
  /** The person must prove more than their session does. */
  | 'STEP_UP_REQUIRED'
  /** The provider must be asked, by a navigation: the page that the person looks at goes there. */
  | 'RECHECK_REQUIRED'
  /** There was no answer. */
  | 'UNREACHABLE'
  /** The address is not one of the API: it gets neither header nor cookie. */
  | 'OTHER_ORIGIN'
  /** A worker cannot navigate. */
  | 'PAGE_REQUIRED'
  | (string & {});

export interface ClientErrorOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
}

/** What went wrong, by its `code`. */
export class CloakroomClientError extends Error {
  override readonly name: string = 'CloakroomClientError';
  readonly code: ClientErrorCode;
  /** When it may be better, where the API tells. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ClientErrorCode, message: string, options: ClientErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
