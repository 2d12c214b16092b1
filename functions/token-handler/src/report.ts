import { TokenInvalidError } from '@cloakroom/auth';
import { ProviderError } from '@cloakroom/auth/oidc';
import { CloakroomError, describeError, logId, opaqueUserId, type Telemetry, type User } from '@cloakroom/core';
import type { TicketResult } from '@cloakroom/sessions';
import type { SignInErrorCode } from './sign-in-error.ts';

/** Tells what became of sign-ins and sign-outs. People and sessions are shown by the beginning of a hash or id, tokens never. */
export interface Report {
  started(issuer: string, why: string): void;
  completed(issuer: string, result: Extract<TicketResult, { verdict: 'open' }>): void;
  leavesFirst(issuer: string, why: string, provider: 'ended' | 'left_by_browser'): void;
  refused(issuer: string, code: SignInErrorCode, error?: unknown): void;
  signedOut(user: User, id: string, outcome: string): void;
  reused(user: User, id: string): void;
}

/** What a provider does not tell by itself, and how it is made to. */
const ADVICE: Readonly<Record<string, string>> = {
  auth_time_missing:
    'the provider was asked for max_age and must tell auth_time: switch the claim on (docs/providers.md), or, where it has none, ' +
    "write reauthentication: 'none'",
  login_claim_missing: 'the ID token lacks the claim by which logins are known: see docs/providers.md',
};

export function createReport({ log, meter }: Telemetry): Report {
  const ended = (reason: string, count = 1) => {
    if (count > 0) meter.count('SessionsEnded', { reason }, count);
  };
  return {
    started(issuer, why) {
      log.info('sign_in.started', 'a browser was sent to the provider', { issuer, why });
      meter.count('SignInStarted', { issuer });
    },
    completed(issuer, { session, evicted, replaced }) {
      const fields = { issuer, clientId: session.clientId, user: userId(session.user), session: logId(session.id) };
      log.info('sign_in.completed', 'a sign-in got its session', fields);
      meter.count('SignInCompleted', { issuer });
      ended('evicted', evicted.length);
      ended('replaced', replaced === undefined ? 0 : 1);
    },
    leavesFirst(issuer, why, provider) {
      log.info('sign_in.leaves_first', 'the session at the provider has to end first', { issuer, why, provider });
      meter.count('SignInLeftFirst', { issuer });
    },
    refused(issuer, errorCode, error) {
      const level = errorCode === 'SERVICE_UNAVAILABLE' ? 'error' : 'info';
      log[level]('sign_in.refused', 'a sign-in was refused', { issuer, errorCode, ...whyOf(error) });
      meter.count('SignInRefused', { reason: errorCode });
    },
    signedOut(user, id, outcome) {
      log.info('sign_out.done', 'somebody signed out', { user: userId(user), session: logId(id), outcome });
      if (outcome === 'ended') ended('logout');
    },
    reused(user, id) {
      log.warn('ticket.reused', 'a ticket was used with another secret: its session ends', {
        user: userId(user),
        session: logId(id),
      });
      ended('revoked');
    },
  };
}

function userId(user: User): string {
  return logId(opaqueUserId(user));
}

function whyOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error === undefined) return {};
  if (error instanceof ProviderError) return { reason: error.reason, description: error.description };
  if (error instanceof TokenInvalidError) {
    return { reason: error.reason, claim: error.claim, advice: ADVICE[error.reason] };
  }
  return error instanceof CloakroomError && error.code !== 'STORED_ITEM'
    ? { reason: error.code, error: describeError(error) }
    : { error: describeError(error) };
}
