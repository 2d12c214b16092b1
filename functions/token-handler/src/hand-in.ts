import { type HandedIn, ProviderError, type Refreshed } from '@cloakroom/auth/oidc';
import { epochSeconds } from '@cloakroom/core';
import { type HttpAnswer, HttpError, type HttpRequest } from '@cloakroom/http';
import { clientInfo } from '@cloakroom/http/client-info';
import { type Exchange, recheckInterval, SignInClosedError } from '@cloakroom/sessions';
import * as v from 'valibot';
import { readTicket } from './browser-ticket.ts';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { keptTokens } from './kept-tokens.ts';
import { placeOf } from './places.ts';
import type { Report } from './report.ts';
import { showSession } from './show-session.ts';
import { shownClaims } from './shown-claims.ts';
import { ticketCookie } from './ticket-cookie.ts';

const token = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(10_240, 'may have 10240 characters'));

export const handInBody = v.strictObject({
  accessToken: token,
  idToken: token,
  /** Of our own client: used at once, and kept with the ticket. */
  refreshToken: v.optional(token),
});
export type HandInBody = v.InferOutput<typeof handInBody>;

/**
 * `POST /auth/session`: a ticket for tokens that somebody else got, once per login. It answers like `GET /auth/session`, with the
 * cookie, and takes the place of the ticket that the browser had.
 *
 * @throws TokenInvalidError something about a token is wrong
 * @throws HttpError VALIDATION_FAILED, UNAUTHORIZED for a refresh token of another client or login, PROVIDER_UNAVAILABLE
 * @throws LoginEndedError, SignInTooEarlyError, SessionLimitError, SignInClosedError what the rules refuse
 */
export async function handIn(
  request: HttpRequest<HandInBody>,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<HttpAnswer> {
  const { refreshToken, ...given } = request.body;
  const handedIn = await deps.verifyHandIn(given);
  const { login } = handedIn;
  if (deps.policy.bootstrap === 'off') {
    // Before the refresh token is used up. Whoever has a session by their tokens goes on with these.
    report.refused(login.user.issuer, 'SIGN_IN_CLOSED');
    throw new SignInClosedError();
  }
  const place = placeOf(deps, login.user.issuer);
  const refreshed =
    refreshToken === undefined ? {} : { refreshToken, ...(await refresh(refreshToken, { handedIn, place, deps })) };
  const before = await readTicket(request, deps);
  const tokens = keptTokens(place.client, { idToken: given.idToken, ...refreshed });
  const opened = await deps.sessions.handIn({
    login,
    exchange: exchangeOf(handedIn, epochSeconds(deps.nowMs())),
    client: clientInfo(request, deps.ipStorage),
    replaces: before.is === 'active' ? before.session : undefined,
    policy: deps.policy,
    recheckSeconds: recheckInterval({ ...place.client, ...refreshed }),
    claims: shownClaims(handedIn.shown, (bytes) => report.claimsTooLarge(login.user.issuer, bytes)),
    ...(Object.keys(tokens).length === 0 ? {} : { sealTokens: (address) => deps.tokens.seal(address, tokens) }),
  });
  report.completed(login.user.issuer, opened);
  return { status: 200, data: await showSession(opened.session, deps), cookies: [ticketCookie(opened, deps)] };
}

/**
 * The tokens may have lain for minutes. So the sign-in is as old as the provider's clock has it, or older by ours: of a sign-in from
 * before an ending, no waiting makes one after it.
 */
function exchangeOf({ login, issuedAt, authTime }: HandedIn, now: number): Exchange {
  return { ...login, issuedAt, authTime, receivedAt: Math.min(issuedAt, now), isSilent: false };
}

interface Refreshing {
  readonly handedIn: HandedIn;
  readonly place: SignInPlace;
  readonly deps: Pick<TokenHandlerDeps, 'sessions'>;
}

/** Nothing but its use tells whose a refresh token is. One of a login that has ended is not used: the login is refused anyway. */
async function refresh(refreshToken: string, { handedIn, place, deps }: Refreshing): Promise<Refreshed> {
  const { user, clientId, loginId, sidHash } = handedIn.login;
  if (clientId !== place.client.clientId) {
    const message = `tokens of client ${clientId} must come without one: only those of ${place.client.clientId} can be used here`;
    throw new HttpError('VALIDATION_FAILED', message, { field: 'refreshToken' });
  }
  if ((await deps.sessions.getEnded(user, loginId)) !== undefined) return {};
  try {
    return await place.oidc.refresh(refreshToken, { sub: user.sub, sidHash, loginId });
  } catch (cause) {
    if (!(cause instanceof ProviderError)) throw cause;
    const code = cause.failure === 'unavailable' ? 'PROVIDER_UNAVAILABLE' : 'UNAUTHORIZED';
    throw new HttpError(code, undefined, { cause, reason: cause.reason });
  }
}
