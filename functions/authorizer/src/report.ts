import { KeysUnavailableError, type TokenInvalidError } from '@cloakroom/auth';
import { describeError, logId, opaqueUserId, type Telemetry, type User } from '@cloakroom/core';
import { type Decision, type Proof, userOfProof } from './decide.ts';
import type { AuthorizerRequest } from './request.ts';
import { TicketRefusedError } from './ticket-refused.ts';

/** Tells what was decided: one log line for each request, which is counted, and shows the route, whose template holds nothing of the client's. */
export interface Report {
  decided(request: AuthorizerRequest, proof: Proof, decision: Decision): void;
  unauthorized(route: string | undefined, error: TokenInvalidError | TicketRefusedError): void;
  failed(route: string | undefined, error: unknown): void;
}

export function createReport({ log, meter }: Telemetry): Report {
  return {
    decided({ route }, proof, decision) {
      const fields = { route, ...identityOf(proof) };
      if (decision.outcome === 'denied') {
        const { reason } = decision;
        const count = { metric: 'AuthorizerDenied', by: ['route', 'reason'] };
        log.info('authorizer.denied', 'The credential is valid, and does not get in', { ...fields, reason }, count);
        return;
      }
      const { reason, bootstrap } = decision.caller;
      const count = { metric: 'AuthorizerAllowed', by: ['route'] };
      log.info('authorizer.allowed', 'The request may pass', { ...fields, reason }, count);
      if (bootstrap) meter.count('BootstrapAllowed');
    },
    unauthorized(route, error) {
      const count = { metric: 'AuthorizerUnauthorized', by: ['route', 'reason'] };
      const fields = { route, ...whyOf(error) };
      log.info('authorizer.unauthorized', 'The credential is missing or not valid', fields, count);
    },
    failed(route, error) {
      // Anyone can bring this about, with any token, where the provider is out of reach.
      if (error instanceof KeysUnavailableError && error.reason === 'older_than_token') {
        const fields = { route, issuer: error.issuer };
        const count = { metric: 'KeyNotYetKnown' };
        log.warn('authorizer.key_not_yet_known', 'The key may be newer than the key set', fields, count);
        return;
      }
      const fields = { route, error: describeError(error) };
      log.error('authorizer.failed', 'The authorizer could not decide', fields, { metric: 'AuthorizerErrors' });
    },
  };
}

function whyOf(error: TokenInvalidError | TicketRefusedError) {
  if (!(error instanceof TicketRefusedError)) return { reason: error.reason, claim: error.claim, issuer: error.issuer };
  const { reason, rule, session } = error;
  return { reason, rule, ...(session === undefined ? {} : { ...hidden(session.user), session: logId(session.id) }) };
}

/** Nothing of a person's name is in the log; a service is told by its client, which is no secret. */
function identityOf(proof: Proof) {
  const user = hidden(userOfProof(proof));
  if (proof.type === 'ticket') return { ...user, session: logId(proof.session.id) };
  if (proof.type === 'service') return { ...user, clientId: proof.service.clientId };
  return { ...user, login: logId(proof.login.loginId) };
}

function hidden(user: User) {
  return { issuer: user.issuer, user: logId(opaqueUserId(user)) };
}
