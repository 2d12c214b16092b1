import { ProviderError, type Refreshed } from '@cloakroom/auth/oidc';
import { epochSeconds } from '@cloakroom/core';
import { HttpError } from '@cloakroom/http';
import {
  currentCookie,
  decideRenewal,
  recheckInterval,
  rotate,
  SessionEndedError,
  type TicketCookie,
  type TicketSession,
  type TokenItem,
  type TokenLeasing,
} from '@cloakroom/sessions';
import type { ActiveTicket } from './browser-ticket.ts';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { keptTokens } from './kept-tokens.ts';
import { placeOf } from './places.ts';
import type { Report } from './report.ts';

export interface Renewed {
  readonly session: TicketSession;
  readonly cookie: TicketCookie;
}

interface Renewing {
  /** As it was read under the lease. */
  readonly ticket: ActiveTicket;
  readonly leasing: Extract<TokenLeasing, { outcome: 'taken' }>;
  readonly deps: TokenHandlerDeps;
  readonly report: Report;
}

/**
 * Asks the provider for new tokens, and writes down what it gives. Only "that grant is over" ends the session; an outage moves the
 * recheck. Where the process ends in between, the lease runs out, and the next one finds it abandoned: a token that must not be used
 * twice is then given up, and the browser goes to the provider.
 *
 * Undefined when the session or the lease has changed meanwhile: look again.
 */
export async function renew(renewing: Renewing): Promise<Renewed | undefined> {
  const { ticket, leasing, deps, report } = renewing;
  const { session } = ticket;
  const place = placeOf(deps, session.user.issuer);
  const { refreshToken } = leasing.tokens;
  const isStrict = place.client.refreshRotation === 'strict';
  if (refreshToken === undefined || (leasing.isAbandoned && isStrict)) {
    // An ID token alone stays: the provider's logout will ask for it.
    await deps.tokens.release(leasing.lease, refreshToken === undefined ? 'unused' : 'spent');
    report.refreshFailed(session, 'recheck_required');
    throw new HttpError('RECHECK_REQUIRED');
  }
  if (leasing.hasJustFailed) {
    await deps.tokens.release(leasing.lease, 'unused');
    report.refreshFailed(session, 'unavailable');
    throw new HttpError('PROVIDER_UNAVAILABLE');
  }
  try {
    const { sub } = session.user;
    const refreshed = await place.oidc.refresh(refreshToken, {
      sub,
      ...(session.sidHash === undefined ? {} : { sidHash: session.sidHash }),
    });
    return await writeDown(renewing, place, refreshed);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw await afterRefusal(renewing, place, error);
  }
}

async function writeDown(
  { ticket, leasing, deps, report }: Renewing,
  place: SignInPlace,
  refreshed: Refreshed,
): Promise<Renewed | undefined> {
  const { session, match, cookie } = ticket;
  const now = epochSeconds(deps.nowMs());
  const rotated = decideRenewal(session.ticket, match, now).rotates ? rotate(cookie, now) : undefined;
  const renewed = await deps.sessions.renewTicket({
    session,
    leaseId: leasing.lease.leaseId,
    recheckSeconds: recheckInterval({ ...place.client, ...refreshed }),
    rotated,
    tokens: await sealNew({ ticket, leasing, deps }, place, refreshed),
    rights: refreshed.rights,
  });
  if (renewed === undefined) return undefined;
  report.refreshed(session);
  return { session: renewed, cookie: rotated?.cookie ?? currentCookie(cookie, match, session.ticket) };
}

/** Undefined where the provider has given none but those that are there. */
async function sealNew(
  { ticket, leasing, deps }: Pick<Renewing, 'ticket' | 'leasing' | 'deps'>,
  { client }: SignInPlace,
  refreshed: Refreshed,
): Promise<TokenItem | undefined> {
  const given = keptTokens(client, refreshed);
  const tokens = { ...leasing.tokens, ...given };
  const isSame = tokens.refreshToken === leasing.tokens.refreshToken && tokens.idToken === leasing.tokens.idToken;
  const { user, id } = ticket.session;
  return isSame ? undefined : deps.tokens.seal({ user, id }, tokens);
}

/** What the caller is told. */
async function afterRefusal(
  { ticket: { session }, leasing: { lease }, deps, report }: Renewing,
  { client }: SignInPlace,
  error: ProviderError,
): Promise<Error> {
  if (error.failure === 'ended') {
    await deps.sessions.lapse(session);
    report.refreshFailed(session, 'ended', error);
    return new SessionEndedError('expired');
  }
  if (error.failure === 'interaction_required') {
    await deps.tokens.release(lease, 'unused');
    report.refreshFailed(session, 'recheck_required', error);
    return new HttpError('RECHECK_REQUIRED');
  }
  await deps.sessions.postponeRecheck(session, client.recheckGraceSeconds);
  await deps.tokens.release(lease, client.refreshRotation === 'strict' && error.isSpent ? 'spent' : 'failed');
  report.refreshFailed(session, error.failure === 'unavailable' ? 'unavailable' : 'refused', error);
  return new HttpError('PROVIDER_UNAVAILABLE');
}
