import { epochSeconds } from '@cloakroom/core';
import type { HttpRequest } from '@cloakroom/http';
import type { Flow } from '@cloakroom/sessions';
import { beginSignIn } from './begin-flow.ts';
import { readTicket } from './browser-ticket.ts';
import { leftUri, type SignInPlace, type TokenHandlerDeps } from './deps.ts';
import { doneCookie, type HeldFlow, heldFlows } from './flow-cookies.ts';
import type { Redirect } from './navigation.ts';
import { placeOf, startPage } from './places.ts';
import type { Report } from './report.ts';
import { addressOf, type Destination, errorAddressOf } from './return-to.ts';

/** A mark passes within seven seconds. The gateway gives up after 30 s. */
const MAX_WAIT_MS = 8000;

/**
 * `GET /auth/left`: the browser has left the provider's session. After a sign-out it goes on to the frontend. To sign in again, it
 * first waits until a sign-in counts, and then sets out for the second time: a form that is filled in too early would keep its early
 * `auth_time`.
 */
export async function left(request: HttpRequest, deps: TokenHandlerDeps, report: Report): Promise<Redirect> {
  const found = await findLeaving(request, deps);
  if (found === undefined) return { location: addressOf(await repeated(request, deps)), cookies: [] };
  const { flow, held } = found;
  const done = [doneCookie(held, deps.cookie)];
  if (flow.why === 'signed_out') {
    await deps.flows.finish(held);
    return { location: addressOf(flow), cookies: done };
  }
  // Another tab was faster.
  if ((await readTicket(request, deps)).is === 'active') return { location: addressOf(flow), cookies: done };
  if (!(await hasPassed(flow, deps))) {
    return { location: `${leftUri(deps.publicUrl)}?state=${flow.state}#`, cookies: [] };
  }
  const end = await deps.flows.finish(held);
  if (end.outcome !== 'first') return { location: addressOf(flow), cookies: [] };
  const next = await signInAgain(request, { flow, deps, report });
  return { ...next, cookies: [...done, ...next.cookies] };
}

interface Leaving {
  readonly flow: Flow;
  readonly held: HeldFlow;
}

/** By `state`, where the provider has sent it back; else the newest that the browser is on. */
async function findLeaving(request: HttpRequest, deps: TokenHandlerDeps): Promise<Leaving | undefined> {
  for (const held of leavingOf(request, deps)) {
    const flow = held.isDone ? undefined : await deps.flows.find(held);
    if (flow !== undefined) return { flow, held };
  }
  return undefined;
}

/** A reload goes where the first one went to; and whoever comes here out of nowhere, to the start. */
async function repeated(request: HttpRequest, deps: TokenHandlerDeps): Promise<Destination> {
  const [held] = leavingOf(request, deps);
  const end = held === undefined ? undefined : await deps.flows.finish(held);
  return end?.outcome === 'repeated' ? end.flow : startPage(placeOf(deps, undefined));
}

function leavingOf({ headers, query }: HttpRequest, { cookie }: TokenHandlerDeps): readonly HeldFlow[] {
  const leaving = heldFlows(headers.cookie, cookie).filter(({ kind }) => kind === 'leaving');
  const named = leaving.filter(({ state }) => state === query.state);
  return named.length > 0 ? named : leaving;
}

/** Waits, if that is long enough. */
async function hasPassed({ passesAt = 0 }: Flow, { nowMs, sleep }: TokenHandlerDeps): Promise<boolean> {
  const waitMs = passesAt * 1000 - nowMs();
  if (waitMs > 0) await sleep(Math.min(waitMs, MAX_WAIT_MS));
  return epochSeconds(nowMs()) >= passesAt;
}

/** How providers that cannot be signed out of are asked to ask again. */
const PROMPTS = {
  logout: {},
  prompt: { prompt: 'login', max_age: '0' },
  none: { prompt: 'select_account' },
} as const;

async function signInAgain(
  request: HttpRequest,
  { flow, deps, report }: { flow: Flow; deps: TokenHandlerDeps; report: Report },
): Promise<Redirect> {
  const place: SignInPlace = placeOf(deps, flow.issuer);
  const { state: _, nonce: __, verifier: ___, passesAt: ____, ...plan } = flow;
  try {
    const prompt = PROMPTS[await place.oidc.reauthentication()];
    const again = { ...plan, why: plan.expectedSub === undefined ? 'sign_in' : 'step_up', isSecond: true } as const;
    return await beginSignIn(again, prompt, { request, oidc: place.oidc, deps, report });
  } catch (error) {
    report.refused(flow.issuer, 'PROVIDER_UNAVAILABLE', error);
    return { location: errorAddressOf(flow, 'PROVIDER_UNAVAILABLE'), cookies: [] };
  }
}
