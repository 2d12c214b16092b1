import { bearerToken, TokenInvalidError } from '@cloakroom/auth';
import { CloakroomError } from '@cloakroom/core';

/** What the authorizer looks at, whichever kind of event brought it. */
export interface AuthorizerRequest {
  /** The `Authorization` header; several are joined by a comma, which no credential survives. */
  readonly authorization: string | undefined;
  /** True when a ticket cookie came along. */
  readonly hasTicket: boolean;
  /** Whether the route is exactly {@link BOOTSTRAP_ROUTE}. */
  readonly isBootstrap: boolean;
  /** The path's `{userId}` there, unless a policy could not name the method alone. */
  readonly bootstrapUserId: string | undefined;
  /** The method's ARN, for a REST or WebSocket API, which wants a policy as its answer; undefined for an HTTP API. */
  readonly methodArn: MethodArn | undefined;
  /** The route's template, for the log: holds nothing that the client wrote. */
  readonly route: string | undefined;
}

/** `arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<verb>/<path>` */
export interface MethodArn {
  readonly arn: string;
  /** What an active session opens. */
  readonly sessionArn: string;
  readonly verb: string;
  /** Between slashes, as API Gateway wrote it: percent-encoded. */
  readonly segments: readonly string[];
}

/** The one route that a signed-in user without a session may call: to make one. */
export const BOOTSTRAP_ROUTE = 'POST /users/{userId}/sessions';

/**
 * The bearer token of the request. Two credentials at once are refused: which of them counts must not be a matter of taste.
 *
 * @throws TokenInvalidError when there is not exactly one credential, or it is no bearer token
 */
export function requireCredential({ authorization, hasTicket }: AuthorizerRequest): string {
  if (hasTicket) throw new TokenInvalidError(authorization === undefined ? 'ticket_not_accepted' : 'credential_twice');
  return bearerToken(authorization);
}

/**
 * The authorizer could not decide. API Gateway answers 500, whatever went wrong. The message is fixed: one that happened
 * to be `Unauthorized` would be answered as 401.
 */
export class AuthorizerFailedError extends CloakroomError {
  override readonly name = 'AuthorizerFailedError';
  readonly code = 'AUTHORIZER_FAILED';

  constructor(options: ErrorOptions) {
    super('the authorizer could not decide', options);
  }
}

const TICKET = '__Host-cloakroom';

/** Whether one of these cookie headers holds a ticket. Sees one in any position, also where a gateway joined headers by comma. */
export function hasTicketCookie(cookieHeaders: readonly string[]): boolean {
  return cookieHeaders
    .flatMap((header) => header.split(/[;,]/))
    .some((cookie) => cookie.split('=', 1)[0]?.trim() === TICKET);
}
