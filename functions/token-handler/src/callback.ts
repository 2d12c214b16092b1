import { type Exchanged, ProviderError } from '@cloakroom/auth/oidc';
import type { HttpRequest } from '@cloakroom/http';
import { clientInfo } from '@cloakroom/http/client-info';
import { type Flow, type FlowEnd, recheckInterval, signedInAt, type TicketResult } from '@cloakroom/sessions';
import { beginSignIn } from './begin-flow.ts';
import type { TokenHandlerDeps } from './deps.ts';
import { doneCookie, heldFlows } from './flow-cookies.ts';
import { keptTokens } from './kept-tokens.ts';
import { leaveFirst } from './leave-first.ts';
import { finishLeaving } from './leave-provider.ts';
import type { Arrival, Redirect } from './navigation.ts';
import { placeOf, startPage } from './places.ts';
import { isConfirmed, noteUnconfirmed } from './recheck.ts';
import type { Report } from './report.ts';
import { addressOf, errorAddressOf } from './return-to.ts';
import { shownClaims } from './shown-claims.ts';
import { errorCodeOf, type SignInErrorCode } from './sign-in-error.ts';
import { ticketCookie } from './ticket-cookie.ts';

/** `iat` and `auth_time` are cut to whole seconds, and so is the beginning of the flow. */
const ROUNDING_SECONDS = 2;

/**
 * `GET /auth/callback/{alias}`: redeems the provider's code for a ticket, once, in the browser that set out for it, and sends it on.
 * Each repetition within a minute is sent on too, and changes nothing.
 */
export async function callback(request: HttpRequest, deps: TokenHandlerDeps, report: Report): Promise<Redirect> {
  const alias = request.pathParameters.alias ?? '';
  const place = placeOf(deps, alias);
  const { state = '' } = request.query;
  const held = heldFlows(request.headers.cookie, deps.cookie).find(
    (flow) => flow.kind === 'sign-in' && flow.state === state,
  );
  const end: FlowEnd = held === undefined ? { outcome: 'lost' } : await deps.flows.finish(held);
  // A flow of another issuer: what comes now is another one's answer (RFC 9700 §4.4).
  if (held === undefined || end.outcome === 'lost' || end.flow.issuer !== alias) {
    report.refused(place.client.issuer.alias, 'SIGN_IN_LOST');
    return { location: errorAddressOf(startPage(place), 'SIGN_IN_LOST'), cookies: [] };
  }
  if (end.outcome === 'repeated') return { location: addressOf(end.flow), cookies: [] };
  const next = await arrive({ request, place, deps, report }, end);
  return { ...next, cookies: [doneCookie(held, deps.cookie), ...next.cookies] };
}

type FirstEnd = Exclude<FlowEnd, { outcome: 'lost' }>;

/** What went wrong from here on is told to the frontend that the flow came from. */
async function arrive(arrival: Arrival, end: FirstEnd): Promise<Redirect> {
  const { request, place, deps, report } = arrival;
  const { flow } = end;
  try {
    if (flow.why === 'leave') return await finishLeaving(arrival, flow);
    const exchanged = await place.oidc.exchange(request.query, flow);
    if (flow.expectedSub !== undefined && flow.expectedSub !== exchanged.user.sub) {
      return refuse(arrival, flow, 'OTHER_USER');
    }
    if (await isConfirmed(arrival, flow, exchanged)) return { location: addressOf(flow), cookies: [] };
    const result = await open(arrival, end, exchanged);
    if (result.verdict === 'leave_first') {
      return await leaveFirst(arrival, { flow: asSignIn(flow), exchanged, result });
    }
    report.completed(flow.issuer, result);
    return { location: addressOf(flow), cookies: [ticketCookie(result, deps)] };
  } catch (error) {
    if (isLinkedJustNow(error) && !flow.isSecond) {
      return beginSignIn({ ...flow, isSecond: true }, {}, { request, oidc: place.oidc, deps, report });
    }
    await noteUnconfirmed(arrival, flow, error);
    return refuse(arrival, flow, errorCodeOf(error), error);
  }
}

/** A session that is not confirmed makes way for another: whoever signs in for that may be anybody. */
function asSignIn(flow: Flow): Flow {
  if (flow.why !== 'recheck') return flow;
  const { expectedSub: _, ...rest } = flow;
  return { ...rest, why: 'sign_in' };
}

async function open(
  { request, place, deps, report }: Arrival,
  { flow, startedAt }: FirstEnd,
  { idToken, refreshToken, refreshExpiresInSeconds, shown, ...exchanged }: Exchanged,
): Promise<TicketResult> {
  const isSilent = signedInAt(exchanged) < startedAt - ROUNDING_SECONDS;
  const tokens = keptTokens(place.client, { idToken, ...(refreshToken === undefined ? {} : { refreshToken }) });
  return deps.sessions.openTicket({
    exchange: { ...exchanged, isSilent },
    client: clientInfo(request, deps.ipStorage),
    replaces: flow.replaces,
    policy: deps.policy,
    recheckSeconds: recheckInterval({ ...place.client, refreshExpiresInSeconds }),
    claims: shownClaims(shown, (bytes) => report.claimsTooLarge(flow.issuer, bytes)),
    ...(Object.keys(tokens).length === 0 ? {} : { sealTokens: (address) => deps.tokens.seal(address, tokens) }),
  });
}

function refuse({ report }: Pick<Arrival, 'report'>, flow: Flow, code: SignInErrorCode, error?: unknown): Redirect {
  report.refused(flow.issuer, code, error);
  return { location: errorAddressOf(flow, code), cookies: [] };
}

/** Cognito says so when it has just linked a federated person to a user of its own; the next sign-in goes well. */
function isLinkedJustNow(error: unknown): boolean {
  return error instanceof ProviderError && (error.description ?? '').includes('Already found an entry for username');
}
