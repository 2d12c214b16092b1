import { epochSeconds, fullJitterMs } from '@cloakroom/core';
import { HttpError, type HttpRequest } from '@cloakroom/http';
import {
  currentCookie,
  decideRenewal,
  type TicketCookie,
  type TicketSession,
  type TokenLeasing,
} from '@cloakroom/sessions';
import type { ActiveTicket } from './browser-ticket.ts';
import type { TokenHandlerDeps } from './deps.ts';
import { type Renewed, renew } from './renew.ts';
import type { Report } from './report.ts';
import { requireTicket } from './require-ticket.ts';
import { showSession } from './show-session.ts';
import { ticketCookie } from './ticket-cookie.ts';

/** `POST /auth/refresh` answers like `GET /auth/session`, with the cookie of now. */
interface RefreshAnswer {
  readonly status: 200;
  readonly data: unknown;
  readonly cookies: readonly string[];
}

/** A refresh that begins later could not end within the invocation: the provider may take 10 s, and AWS its share. */
const LATEST_START_MS = 13_000;
const WAIT = { baseMs: 100, maxMs: 500 } as const;

/**
 * `POST /auth/refresh`: asks the provider whether the person is still signed in there, for the first of all requests that come at
 * once, in whatever process. The others wait for its result, and get the same.
 *
 * @throws HttpError UNAUTHORIZED, RECHECK_REQUIRED, PROVIDER_UNAVAILABLE
 * @throws SessionEndedError the session is over, here or at the provider
 */
export async function refresh(
  request: HttpRequest<unknown>,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<RefreshAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const ticket = await requireTicket(request, deps, report);
    const { session, cookie } = ticket;
    if (!isToAsk(ticket, deps)) return answer(session, currentCookie(cookie, ticket.match, session.ticket), deps);
    if (deps.remainingMs() < LATEST_START_MS) throw tooBusy(session, report);
    const renewed = await tryToRenew(request, ticket, deps, report);
    if (renewed !== undefined) return answer(renewed.session, renewed.cookie, deps);
    await deps.sleep(fullJitterMs({ ...WAIT, attempt, random: Math.random }));
  }
}

function isToAsk({ session, match }: ActiveTicket, { nowMs }: TokenHandlerDeps): boolean {
  return decideRenewal(session.ticket, match, epochSeconds(nowMs())).asksProvider;
}

/** Undefined while another has the lease, or has just changed what was decided by: look again. */
async function tryToRenew(
  request: HttpRequest<unknown>,
  { session: { user, id } }: ActiveTicket,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<Renewed | undefined> {
  const leasing = await deps.tokens.lease({ user, id });
  if (leasing.outcome === 'held') return undefined;
  if (leasing.outcome === 'taken') return renewUnderLease(request, leasing, deps, report);
  const { session } = await requireTicket(request, deps, report);
  report.refreshFailed(session, 'recheck_required');
  throw new HttpError('RECHECK_REQUIRED');
}

type Taken = Extract<TokenLeasing, { outcome: 'taken' }>;

/** What was read before the lease may be of before another's refresh, or of a session that has ended since. */
async function renewUnderLease(
  request: HttpRequest<unknown>,
  leasing: Taken,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<Renewed | undefined> {
  // One that was found abandoned stays so: whoever had it may have used the refresh token.
  const giveBack = async () => (leasing.isAbandoned ? undefined : deps.tokens.release(leasing.lease, 'unused'));
  const ticket = await requireTicket(request, deps, report).catch(async (error: unknown) => {
    // The provider was not asked: nobody shall have to find the lease abandoned. What went wrong first is what is told.
    await giveBack().catch(() => undefined);
    throw error;
  });
  if (isToAsk(ticket, deps)) return renew({ ticket, leasing, deps, report });
  await giveBack();
  return undefined;
}

function tooBusy(session: TicketSession, report: Report): HttpError {
  report.refreshFailed(session, 'busy');
  return new HttpError('PROVIDER_UNAVAILABLE');
}

async function answer(session: TicketSession, cookie: TicketCookie, deps: TokenHandlerDeps): Promise<RefreshAnswer> {
  return { status: 200, data: await showSession(session, deps), cookies: [ticketCookie({ session, cookie }, deps)] };
}
