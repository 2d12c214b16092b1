import { TokenInvalidError } from '@cloakroom/auth';
import { ProviderError } from '@cloakroom/auth/oidc';
import { describeError, logId, opaqueUserId, type Telemetry } from '@cloakroom/core';
import type { EndedReason, Session, SessionAddress, TicketResult } from '@cloakroom/sessions';
import type { SignInErrorCode } from './sign-in-error.ts';

/** Tells what became of sign-ins and sign-outs. People and sessions are shown by the beginning of a hash or id, tokens never. */
export interface Report {
  started(issuer: string, why: string): void;
  completed(issuer: string, result: Extract<TicketResult, { verdict: 'open' }>): void;
  leavesFirst(issuer: string, why: string, provider: 'ended' | 'left_by_browser'): void;
  refused(issuer: string, code: SignInErrorCode, error?: unknown): void;
  claimsTooLarge(issuer: string, bytes: number): void;
  signedOut(address: SessionAddress, outcome: string): void;
  /** The provider has confirmed the session. One refresh, however many requests it was for. */
  refreshed(address: SessionAddress): void;
  refreshFailed(address: SessionAddress, reason: RefreshFailure, error?: unknown): void;
  reused(session: Session): void;
}

/**
 * Why a ticket did not become valid again. `ended`: the provider says that its session is over, and so is ours. `unavailable`: it does
 * not answer. `refused`: it answers something else, or what is not good. `recheck_required`: there is no refresh token, or none that may
 * be used again, so the browser must go there. `busy`: another refresh of the session takes too long.
 */
type RefreshFailure = 'ended' | 'unavailable' | 'refused' | 'recheck_required' | 'busy';

/** What a provider does not tell by itself, and how it is made to. */
const ADVICE: Readonly<Record<string, string>> = {
  auth_time_missing:
    'the provider was asked for max_age and must tell auth_time: switch the claim on (docs/providers.md), or, where it has none, ' +
    "write reauthentication: 'none'",
  login_claim_missing: 'the ID token lacks the claim by which logins are known: see docs/providers.md',
};

export function createReport({ log }: Telemetry): Report {
  const ended = (address: SessionAddress, reason: EndedReason) => {
    const count = { metric: 'SessionsEnded', by: ['reason'] };
    log.info('session.ended', 'The session of a ticket has ended', { ...fieldsOf(address), reason }, count);
  };
  return {
    started(issuer, why) {
      const count = { metric: 'SignInStarted', by: ['issuer'] };
      log.info('sign_in.started', 'A browser was sent to the provider', { issuer, why }, count);
    },
    completed(issuer, { session, evicted, replaced }) {
      const fields = { issuer, clientId: session.clientId, ...fieldsOf(session) };
      const count = { metric: 'SignInCompleted', by: ['issuer'] };
      log.info('sign_in.completed', 'A sign-in got its session', fields, count);
      for (const one of evicted) ended(one, 'evicted');
      for (const one of replaced) ended(one, 'replaced');
    },
    leavesFirst(issuer, why, provider) {
      const fields = { issuer, why, provider };
      log.info('sign_in.leaves_first', 'The session at the provider has to end first', fields);
    },
    refused(issuer, reason, error) {
      const level = reason === 'SERVICE_UNAVAILABLE' ? 'error' : 'info';
      const count = { metric: 'SignInRefused', by: ['reason'] };
      log[level]('sign_in.refused', 'A sign-in was refused', { issuer, reason, ...whyOf(error) }, count);
    },
    claimsTooLarge(issuer, bytes) {
      log.warn('sign_in.claims_too_large', 'The claims that a page may see are over 2 KiB: it sees none', {
        issuer,
        bytes,
      });
    },
    signedOut(address, outcome) {
      if (outcome === 'ended') ended(address, 'logout');
      else log.info('sign_out.repeated', 'Somebody signed out of a session that had ended', fieldsOf(address));
    },
    refreshed(address) {
      const fields = { issuer: address.user.issuer, ...fieldsOf(address) };
      const count = { metric: 'TicketsRefreshed', by: ['issuer'] };
      log.info('ticket.refreshed', 'The provider has confirmed the session of a ticket', fields, count);
    },
    refreshFailed(address, reason, error) {
      const fields = { issuer: address.user.issuer, ...fieldsOf(address), reason, ...whyOf(error) };
      const level = reason === 'refused' ? 'warn' : 'info';
      const count = { metric: 'RefreshFailed', by: ['issuer', 'reason'] };
      log[level]('ticket.refresh_failed', 'The provider has not confirmed the session of a ticket', fields, count);
      if (reason === 'ended') ended(address, 'expired');
    },
    reused(session) {
      const count = { metric: 'ReuseDetected' };
      log.warn('ticket.reused', 'A ticket was used with another secret: its session ends', fieldsOf(session), count);
      ended(session, 'reuse_detected');
    },
  };
}

function fieldsOf({ user, id }: SessionAddress) {
  return { user: logId(opaqueUserId(user)), session: logId(id) };
}

function whyOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error === undefined) return {};
  if (error instanceof ProviderError) return { cause: error.reason, description: error.description };
  if (error instanceof TokenInvalidError) {
    return { cause: error.reason, claim: error.claim, advice: ADVICE[error.reason] };
  }
  return { error: describeError(error) };
}
