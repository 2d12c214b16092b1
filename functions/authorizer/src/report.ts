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

export interface ReportDeps {
  readonly telemetry: Telemetry;
  /** How many of the lines about allowed requests are written, from 0 to 1. All others are always written. */
  readonly logSampling: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const ALLOWED = { metric: 'AuthorizerAllowed', by: ['route'] };
const DENIED = { metric: 'AuthorizerDenied', by: ['route', 'reason'] };
const UNAUTHORIZED = { metric: 'AuthorizerUnauthorized', by: ['route', 'reason'] };
const NOT_YET_KNOWN = { metric: 'KeyNotYetKnown' };
const FAILED = { metric: 'AuthorizerErrors' };

export function createReport({ telemetry: { log, meter }, logSampling, random }: ReportDeps): Report {
  return {
    decided({ route }, proof, decision) {
      if (decision.outcome === 'denied') {
        const fields = { route, ...identityOf(proof), reason: decision.reason };
        log.info('authorizer.denied', 'The credential is valid, and does not get in', fields, DENIED);
        return;
      }
      const { reason, bootstrap } = decision.caller;
      if (random() < logSampling) {
        const fields = { route, ...identityOf(proof), reason };
        log.info('authorizer.allowed', 'The request may pass', fields, ALLOWED);
      } else meter.countLine(ALLOWED, { route });
      if (bootstrap) meter.count('BootstrapAllowed');
    },
    unauthorized(route, error) {
      const fields = { route, ...whyOf(error) };
      log.info('authorizer.unauthorized', 'The credential is missing or not valid', fields, UNAUTHORIZED);
    },
    failed(route, error) {
      // Anyone can bring this about, with any token, where the provider is out of reach.
      if (error instanceof KeysUnavailableError && error.reason === 'older_than_token') {
        const fields = { route, issuer: error.issuer };
        log.warn('authorizer.key_not_yet_known', 'The key may be newer than the key set', fields, NOT_YET_KNOWN);
        return;
      }
      const fields = { route, error: describeError(error) };
      log.error('authorizer.failed', 'The authorizer could not decide', fields, FAILED);
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
