import { type Exchanged, ProviderError } from '@cloakroom/auth/oidc';
import { type Flow, recheckInterval } from '@cloakroom/sessions';
import { keptTokens } from './kept-tokens.ts';
import type { Arrival } from './navigation.ts';

/**
 * The browser has asked the provider, without a question to the person, whether the session of its ticket goes on. It does when the
 * same person is signed in there, in the same provider session. Nothing new is opened then, and the cookie stays as it is: one that is
 * `SameSite=Strict` does not even get here.
 *
 * @returns false when it is not the same, or the session has ended meanwhile: then this is a sign-in like any other
 */
export async function isConfirmed(
  { place, deps, report }: Arrival,
  flow: Flow,
  exchanged: Exchanged,
): Promise<boolean> {
  const session = flow.why === 'recheck' ? flow.replaces : undefined;
  if (session === undefined) return false;
  const { sidHash, scope, groups, roles, refreshToken } = exchanged;
  const isSame = await deps.sessions.recheckTicket({
    ...session,
    sidHash,
    recheckSeconds: recheckInterval({ ...place.client, ...exchanged }),
    rights: { scope, groups, ...(roles === undefined ? {} : { roles }) },
    ...(refreshToken === undefined
      ? {}
      : { tokens: await deps.tokens.seal(session, keptTokens(place.client, exchanged)) }),
  });
  if (isSame) report.refreshed(session);
  return isSame;
}

/**
 * The provider has not confirmed the session. It ends, as one that has expired, where nobody is signed in at the provider any more and
 * there is no refresh token that could tell otherwise: a provider's cookie may be over long before its refresh tokens are. A provider
 * that is down ends nothing. What comes by the browser may be made up there, and is no outage.
 */
export async function noteUnconfirmed(
  { request, place, deps, report }: Arrival,
  flow: Flow,
  error: unknown,
): Promise<void> {
  const address = flow.why === 'recheck' ? flow.replaces : undefined;
  if (address === undefined || !(error instanceof ProviderError)) return;
  if (error.reason === 'login_required') {
    if ((await deps.tokens.get(address))?.refreshToken !== undefined) return;
    await deps.sessions.lapse(address);
    report.refreshFailed(address, 'ended', error);
  } else if (error.failure === 'unavailable' && request.query.error === undefined) {
    const session = await deps.sessions.get(address.user, address.id);
    if (session !== undefined) await deps.sessions.postponeRecheck(session, place.client.recheckGraceSeconds);
    report.refreshFailed(address, 'unavailable', error);
  }
}
