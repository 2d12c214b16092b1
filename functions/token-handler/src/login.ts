import type { BrowserClient } from '@cloakroom/auth/oidc';
import type { HttpRequest } from '@cloakroom/http';
import { beginSignIn, type FlowPlan } from './begin-flow.ts';
import { type BrowserTicket, readTicket } from './browser-ticket.ts';
import type { TokenHandlerDeps } from './deps.ts';
import { heldFlows } from './flow-cookies.ts';
import type { Redirect } from './navigation.ts';
import { destinationOf, placeOf } from './places.ts';
import type { Report } from './report.ts';
import { errorAddressOf } from './return-to.ts';

const MAX_PARAMETER_LENGTH = 255;

/**
 * `GET /auth/login?returnTo=&frontend=&issuer=`: sends the browser to the provider. `silent=1`: the provider must not ask the person;
 * with a ticket, it is asked whether the person is still signed in there, and the session stays. `stepUp=1`: the person of the ticket
 * must prove more, by the parameters that go with it, and gets a new session.
 */
export async function login(request: HttpRequest, deps: TokenHandlerDeps, report: Report): Promise<Redirect> {
  const elsewhere = publicAddress(request, deps);
  if (elsewhere !== undefined) return { location: elsewhere, cookies: [] };
  const { query } = request;
  const ticket = await readTicket(request, deps);
  const place = placeOf(deps, query.issuer ?? issuerOf(ticket, query));
  const { client, oidc } = place;
  // Nobody is to fill in a form in vain. The callback judges all the same.
  if (deps.policy.bootstrap === 'off' && ticket.is !== 'active') {
    report.refused(client.issuer.alias, 'SIGN_IN_CLOSED');
    return { location: errorAddressOf(destinationOf(place, query), 'SIGN_IN_CLOSED'), cookies: [] };
  }
  await waitAfterSignOut(request, deps);
  const plan: FlowPlan = {
    ...purposeOf(ticket, query, client.issuer.alias),
    issuer: client.issuer.alias,
    ...destinationOf(place, query),
    parameters: passedOn(query, client),
    isSecond: false,
  };
  const prompt = query.silent === '1' ? { prompt: 'none' } : promptFor(client, ticket);
  return beginSignIn(plan, prompt, { request, oidc, deps, report });
}

/** Whoever is to prove something again does so where they have signed in. */
function issuerOf(ticket: BrowserTicket, { stepUp, silent }: HttpRequest['query']): string | undefined {
  return ticket.is === 'active' && (stepUp === '1' || silent === '1') ? ticket.session.user.issuer : undefined;
}

/** What the browser goes to the provider for, and with which session. */
function purposeOf(
  ticket: BrowserTicket,
  { stepUp, silent }: HttpRequest['query'],
  issuer: string,
): Pick<FlowPlan, 'why' | 'expectedSub' | 'replaces'> {
  if (ticket.is !== 'active') return { why: 'sign_in' };
  const { user, id } = ticket.session;
  const replaces = { user, id };
  if (user.issuer !== issuer) return { why: 'sign_in', replaces };
  if (stepUp === '1') return { why: 'step_up', expectedSub: user.sub, replaces };
  return silent === '1' ? { why: 'recheck', expectedSub: user.sub, replaces } : { why: 'sign_in', replaces };
}

/**
 * Cookies are bound to a host: a browser that asks at another one begins again at the public one. Once: behind a proxy that shows us
 * another host, `via` says that it has been there.
 */
function publicAddress({ headers, query }: HttpRequest, { publicUrl }: TokenHandlerDeps): string | undefined {
  const { host } = new URL(publicUrl);
  if (headers.host === undefined || headers.host.toLowerCase() === host || query.via === '1') return undefined;
  return `${publicUrl}/auth/login?${new URLSearchParams({ ...query, via: '1' })}#`;
}

/** Those parameters that the configuration lets a frontend set, with a value that it allows. Others are left out. */
function passedOn(query: HttpRequest['query'], { parameters }: BrowserClient): Readonly<Record<string, string>> {
  const allowed = Object.entries(parameters).flatMap(([name, values]) => {
    const value = query[name];
    const isAllowed =
      value !== undefined && value.length <= MAX_PARAMETER_LENGTH && (values === 'any' || values.includes(value));
    return isAllowed ? [[name, value] as const] : [];
  });
  return Object.fromEntries(allowed);
}

/**
 * A provider that cannot be signed out of, and tells no `auth_time`, would let in whoever comes next. So it shows whom it knows to a
 * browser that does not bring a session which has ended by itself.
 */
function promptFor({ reauthentication }: BrowserClient, ticket: BrowserTicket): Readonly<Record<string, string>> {
  if (reauthentication !== 'none') return {};
  const isKnown =
    ticket.is === 'active' || ticket.is === 'lapsed' || (ticket.is === 'ended' && endedByItself(ticket.ended));
  return isKnown ? {} : { prompt: 'select_account' };
}

function endedByItself({ burntAt }: { readonly burntAt?: number }): boolean {
  return burntAt === undefined;
}

/** Until then, after a sign-out, a sign-in cannot be told from one before it (see `judgeExchange`). */
const MARGIN_SECONDS = 3;

/** Whoever signs in again at once is asked once: the form shows when what is filled in there counts. */
async function waitAfterSignOut({ headers }: HttpRequest, { cookie, nowMs, sleep }: TokenHandlerDeps): Promise<void> {
  const leaving = heldFlows(headers.cookie, cookie).filter(({ kind }) => kind === 'leaving');
  const waitMs = (Math.max(0, ...leaving.map(({ startedAt }) => startedAt)) + MARGIN_SECONDS) * 1000 - nowMs();
  if (waitMs > 0) await sleep(Math.min(waitMs, MARGIN_SECONDS * 1000));
}
