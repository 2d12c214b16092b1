import { bearerToken, TokenInvalidError } from '@cloakroom/auth';
import { CloakroomError } from '@cloakroom/core';
import { findCookie, type TicketRules } from '@cloakroom/http';
import { TicketRefusedError } from './ticket-refused.ts';

/** What the authorizer looks at, whichever kind of event brought it. */
export interface AuthorizerRequest {
  /** The `Authorization` header; several are joined by a comma, which no credential survives. */
  readonly authorization: string | undefined;
  /** The `Cookie` header; several are joined by `; `. */
  readonly cookie: string | undefined;
  /** In capitals. Undefined where tickets let nobody in, because the event lacks what must come with one. */
  readonly method: string | undefined;
  /** Any other header by its name in lower case; several are joined by a comma. */
  readonly header: (name: string) => string | undefined;
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

/** What a request wants to get in with, before it has been looked at. */
export type Credential =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'ticket'; readonly value: string; readonly method: string };

/**
 * The credential of the request. Two at once are refused: which of them counts must not be a matter of taste.
 *
 * @throws TokenInvalidError when there is not exactly one credential, or it is no bearer token
 * @throws TicketRefusedError for a cookie that no browser of ours sends
 */
export function requireCredential(request: AuthorizerRequest, { cookieName, areAccepted }: TicketRules): Credential {
  const { authorization, cookie, method } = request;
  const found = findCookie(cookie, cookieName);
  if (found.outcome === 'absent') return { type: 'bearer', token: bearerToken(authorization) };
  if (authorization !== undefined) throw new TokenInvalidError('credential_twice');
  if (!areAccepted || method === undefined) throw new TokenInvalidError('ticket_not_accepted');
  if (found.outcome === 'found') return { type: 'ticket', value: found.value, method };
  throw new TicketRefusedError(found.reason === 'duplicate' ? 'ticket_duplicate' : 'ticket_malformed');
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
