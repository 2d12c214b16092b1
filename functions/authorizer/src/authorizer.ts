import { TokenInvalidError, type TokenVerifier, userOf } from '@cloakroom/auth';
import { type AuthorizerAnswer, toAnswer } from './answer.ts';
import { createSessionCheck, type SessionCheckDeps } from './check-session.ts';
import { decide } from './decide.ts';
import { parseEvent } from './parse-event.ts';
import { createReport, type Report } from './report.ts';
import { AuthorizerFailedError, type AuthorizerRequest, requireCredential } from './request.ts';

export interface AuthorizerDeps extends SessionCheckDeps {
  readonly verifier: TokenVerifier;
}

/**
 * The Lambda authorizer: a valid token whose login has an active session gets in, and so does a service; a valid token of a
 * person may make its session.
 *
 * @throws Error with the message `Unauthorized` for a missing or bad credential, which API Gateway answers as 401
 * @throws AuthorizerFailedError for any failure of ours: never an allow, and never "no session"
 */
export function createAuthorizer(deps: AuthorizerDeps): (event: unknown) => Promise<AuthorizerAnswer> {
  const report = createReport(deps.telemetry);
  const checkSession = createSessionCheck(deps);
  return async (event) => {
    let request: AuthorizerRequest | undefined;
    try {
      request = parseEvent(event);
      const token = await deps.verifier.verify(requireCredential(request));
      const decision = await decide(checkSession, request, token);
      report.decided(request, token, decision);
      return toAnswer(request, userOf(token), decision);
    } catch (error) {
      throw toThrown(error, request?.route, report);
    }
  };
}

/** The word `Unauthorized`, alone, is what API Gateway knows. */
function toThrown(error: unknown, route: string | undefined, report: Report): Error {
  if (error instanceof TokenInvalidError) {
    report.unauthorized(route, error);
    return new Error('Unauthorized');
  }
  report.failed(route, error);
  return new AuthorizerFailedError({ cause: error });
}
