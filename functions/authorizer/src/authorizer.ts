import { TokenInvalidError, type TokenVerifier } from '@cloakroom/auth';
import { type AuthorizerAnswer, toAnswer } from './answer.ts';
import { createSessionCheck, type SessionCheckDeps } from './check-session.ts';
import { createTicketCheck, type TicketCheckDeps } from './check-ticket.ts';
import { decide, type Proof, userOfProof } from './decide.ts';
import { parseEvent } from './parse-event.ts';
import { createReport, type Report, type ReportDeps } from './report.ts';
import { AuthorizerFailedError, type AuthorizerRequest, requireCredential } from './request.ts';
import { TicketRefusedError } from './ticket-refused.ts';

export interface AuthorizerDeps extends SessionCheckDeps, TicketCheckDeps, ReportDeps {
  readonly sessions: SessionCheckDeps['sessions'];
  readonly verifier: TokenVerifier;
}

/**
 * The Lambda authorizer: a valid token whose login has an active session gets in, and so do a service and the ticket of an active
 * session; a valid token of a person may make its session.
 *
 * @throws Error with the message `Unauthorized` for a missing or bad credential, which API Gateway answers as 401
 * @throws AuthorizerFailedError for any failure of ours: never an allow, and never "no session"
 */
export function createAuthorizer(deps: AuthorizerDeps): (event: unknown) => Promise<AuthorizerAnswer> {
  const report = createReport(deps);
  const checkSession = createSessionCheck(deps);
  const checkTicket = createTicketCheck(deps);
  const prove = async (request: AuthorizerRequest): Promise<Proof> => {
    const credential = requireCredential(request, deps.tickets);
    if (credential.type === 'bearer') return deps.verifier.verify(credential.token);
    return { type: 'ticket', session: await checkTicket(request, credential) };
  };
  return async (event) => {
    let request: AuthorizerRequest | undefined;
    try {
      request = parseEvent(event);
      const proof = await prove(request);
      const decision = await decide(checkSession, request, proof);
      report.decided(request, proof, decision);
      return toAnswer(request, userOfProof(proof), decision);
    } catch (error) {
      throw toThrown(error, request?.route, report);
    }
  };
}

/** The word `Unauthorized`, alone, is what API Gateway knows. */
function toThrown(error: unknown, route: string | undefined, report: Report): Error {
  if (error instanceof TokenInvalidError || error instanceof TicketRefusedError) {
    report.unauthorized(route, error);
    return new Error('Unauthorized');
  }
  report.failed(route, error);
  return new AuthorizerFailedError({ cause: error });
}
