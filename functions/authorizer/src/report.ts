import { KeysUnavailableError, type TokenInvalidError, userOf, type VerifiedToken } from '@cloakroom/auth';
import { describeError, logId, opaqueUserId, type Telemetry } from '@cloakroom/core';
import type { Decision } from './decide.ts';
import type { AuthorizerRequest } from './request.ts';

/** Tells what was decided: one log line for each request, metrics for what alarms look at. */
export interface Report {
  decided(request: AuthorizerRequest, token: VerifiedToken, decision: Decision): void;
  unauthorized(error: TokenInvalidError): void;
  failed(error: unknown): void;
}

export function createReport({ log, meter }: Telemetry): Report {
  return {
    decided({ route }, token, decision) {
      const fields = { route, ...identityOf(token) };
      if (decision.outcome === 'denied') {
        log.info('authorizer.denied', 'The credential is valid, and does not get in', {
          ...fields,
          reason: decision.reason,
        });
        meter.count('AuthorizerDenied', { reason: decision.reason });
        return;
      }
      log.info('authorizer.allowed', 'The request may pass', { ...fields, reason: decision.caller.reason });
      if (decision.caller.bootstrap) meter.count('BootstrapAllowed');
    },
    unauthorized({ reason, claim, issuer }) {
      log.info('authorizer.unauthorized', 'The credential is missing or not valid', { reason, claim, issuer });
    },
    failed(error) {
      // Anyone can bring this about, with any token, where the provider is out of reach.
      if (error instanceof KeysUnavailableError && error.reason === 'older_than_token') {
        log.warn('authorizer.key_not_yet_known', 'The key may be newer than the key set', { issuer: error.issuer });
        meter.count('KeyNotYetKnown');
        return;
      }
      log.error('authorizer.failed', 'The authorizer could not decide', { error: describeError(error) });
      meter.count('AuthorizerErrors');
    },
  };
}

/** Nothing of a person's name is in the log; a service is told by its client, which is no secret. */
function identityOf(token: VerifiedToken) {
  const user = userOf(token);
  return {
    issuer: user.issuer,
    user: logId(opaqueUserId(user)),
    ...(token.type === 'login' ? { login: logId(token.login.loginId) } : { clientId: token.service.clientId }),
  };
}
