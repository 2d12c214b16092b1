import type { HttpAnswer, HttpRequest } from '@cloakroom/http';
import type { ProviderTokens } from '@cloakroom/sessions';
import * as v from 'valibot';
import { type BrowserTicket, readTicket } from './browser-ticket.ts';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { leaveByCode, leaveByLogout, type WayOut } from './leave-provider.ts';
import { destinationOf, placeOf } from './places.ts';
import type { Report } from './report.ts';
import { noTicketCookie } from './ticket-cookie.ts';

const bodySchema = v.strictObject({
  /** Where the browser goes after the provider's logout, at the frontend. */
  returnTo: v.optional(v.string()),
  frontend: v.optional(v.string()),
});

export const logoutBody = v.optional(bodySchema, {});
export type LogoutBody = v.InferOutput<typeof bodySchema>;

/**
 * `POST /auth/logout`: ends the session of the ticket, and burns the provider's, also for a ticket that has lapsed: the next person at
 * that machine must not be in without being asked. It always answers 200, with where the browser ends the provider's session:
 * `{logoutUrl, providerSessionEnded}`. Only where the table fails is it an error, since then nothing has ended.
 */
export async function logout(
  request: HttpRequest<LogoutBody>,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<HttpAnswer & { readonly cookies: readonly string[] }> {
  const ticket = await readTicket(request, deps);
  const place = placeOf(deps, userOf(ticket)?.issuer);
  // They are deleted with the session.
  const tokens = await readTokens(ticket, deps);
  await end(ticket, deps, report);
  const providerSessionEnded = await tellProvider(place, tokens);
  const leaving = { place, deps, idToken: tokens.idToken, isEnded: providerSessionEnded };
  const { logoutUrl, cookies } = await leave(request, leaving);
  return { status: 200, data: { logoutUrl, providerSessionEnded }, cookies: [noTicketCookie(deps), ...cookies] };
}

function userOf(ticket: BrowserTicket) {
  return 'cookie' in ticket ? ticket.cookie.user : undefined;
}

/** Without them, the provider is not told, and the person is signed out here all the same. */
async function readTokens(
  ticket: BrowserTicket,
  { places, tokens, telemetry }: TokenHandlerDeps,
): Promise<ProviderTokens> {
  // Those of an issuer that has been taken out are for no other one.
  if (!('session' in ticket) || !places.has(ticket.session.user.issuer)) return {};
  const { user, id } = ticket.session;
  try {
    return (await tokens.get({ user, id })) ?? {};
  } catch (error) {
    const cause = error instanceof Error ? error.name : typeof error;
    telemetry.log.warn('sign_out.tokens_unreadable', 'the provider is not told of a sign-out', { cause });
    return {};
  }
}

async function end(ticket: BrowserTicket, { sessions }: TokenHandlerDeps, report: Report): Promise<void> {
  if (!('cookie' in ticket)) return;
  const { user, id } = ticket.cookie;
  report.signedOut({ user, id }, await sessions.revoke({ user, id, reason: 'logout' }));
}

/** Whether the provider's session is known to have ended. Elsewhere, its refresh token is revoked at least. */
async function tellProvider({ oidc }: SignInPlace, { refreshToken }: ProviderTokens): Promise<boolean> {
  if (refreshToken === undefined) return false;
  if (await oidc.endSession(refreshToken)) return true;
  await oidc.revoke(refreshToken);
  return false;
}

/** Where the provider's session is not known to have ended, and only a refresh token ends it without a question, the browser gets one. */
function leave(request: HttpRequest<LogoutBody>, { place, deps, idToken, isEnded }: Leaving): Promise<WayOut> {
  const { returnTo, frontend = request.headers.origin } = request.body;
  const destination = destinationOf(place, { returnTo, frontend });
  const isByToken = place.client.logoutHint === 'refresh_token' && !isEnded;
  return (isByToken ? leaveByCode : leaveByLogout)({ request, place, deps, destination, idToken });
}

interface Leaving {
  readonly place: SignInPlace;
  readonly deps: TokenHandlerDeps;
  readonly idToken: string | undefined;
  /** Whether the provider's session is known to have ended. */
  readonly isEnded: boolean;
}
