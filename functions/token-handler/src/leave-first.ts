import type { Exchanged } from '@cloakroom/auth/oidc';
import type { Flow, TicketResult } from '@cloakroom/sessions';
import { beginFlow } from './begin-flow.ts';
import { leftUri } from './deps.ts';
import type { Arrival, Redirect } from './navigation.ts';
import { errorAddressOf } from './return-to.ts';
import { noTicketCookie } from './ticket-cookie.ts';

interface Refused {
  readonly flow: Flow;
  readonly exchanged: Exchanged;
  readonly result: Extract<TicketResult, { verdict: 'leave_first' }>;
}

/**
 * The session at the provider has to end before the person signs in again: a way that asks the provider to ask again would stand in an
 * address, which whoever holds a copy of the provider's cookies can edit. Where we can end it, we do, and where not, the browser does;
 * it comes back to `/auth/left`. There is one such round, and no second.
 */
export async function leaveFirst({ request, place, deps, report }: Arrival, refused: Refused): Promise<Redirect> {
  const { flow, exchanged, result } = refused;
  const cleared = noTicketCookie(deps);
  if (flow.isSecond) {
    report.refused(flow.issuer, 'REAUTHENTICATION_REQUIRED');
    return { location: errorAddressOf(flow, 'REAUTHENTICATION_REQUIRED'), cookies: [cleared] };
  }
  const { state: _, nonce: __, verifier: ___, ...plan } = flow;
  const begun = await beginFlow({ ...plan, why: 'left', passesAt: result.passesAt }, request, deps);
  const { oidc } = place;
  const { refreshToken, idToken } = exchanged;
  const isLogout = (await oidc.reauthentication()) === 'logout';
  const isEnded = isLogout && refreshToken !== undefined && (await oidc.endSession(refreshToken));
  const here = `${leftUri(deps.publicUrl)}?state=${begun.flow.state}`;
  const there = isLogout && !isEnded ? await oidc.logoutUrl({ state: begun.flow.state, idToken }) : undefined;
  report.leavesFirst(flow.issuer, result.why, isEnded ? 'ended' : 'left_by_browser');
  return { location: `${there ?? here}#`, cookies: [cleared, ...begun.cookies] };
}
