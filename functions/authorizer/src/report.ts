import type { TokenInvalidError } from '@cloakroom/auth';
import { describeError, type Login, type Telemetry } from '@cloakroom/core';
import type { Decision } from './decide.ts';
import { opaqueUserId } from './opaque-user-id.ts';
import type { AuthorizerRequest } from './request.ts';

const PREFIX_LENGTH = 8;

/** Tells what was decided: one log line for each request, metrics for what alarms look at. */
export interface Report {
  decided(request: AuthorizerRequest, login: Login, decision: Decision): void;
  unauthorized(error: TokenInvalidError): void;
  failed(error: unknown): void;
}

export function createReport({ log, meter }: Telemetry): Report {
  return {
    decided({ route }, login, decision) {
      const fields = {
        route,
        issuer: login.user.issuer,
        user: opaqueUserId(login.user).slice(0, PREFIX_LENGTH),
        login: login.loginId.slice(0, PREFIX_LENGTH),
      };
      if (decision.outcome === 'denied') {
        log.info('authorizer.denied', 'The login has no active session', { ...fields, reason: decision.reason });
        meter.count('AuthorizerDenied', { reason: decision.reason });
        return;
      }
      log.info('authorizer.allowed', 'The request may pass', { ...fields, reason: decision.caller.reason });
      if (decision.caller.bootstrap) meter.count('BootstrapAllowed');
    },
    unauthorized({ reason }) {
      log.info('authorizer.unauthorized', 'The credential is missing or not valid', { reason });
    },
    failed(error) {
      log.error('authorizer.failed', 'The authorizer could not decide', { error: describeError(error) });
      meter.count('AuthorizerErrors');
    },
  };
}
