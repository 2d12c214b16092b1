import { epochSeconds } from '@cloakroom/core';
import { type HttpAnswer, HttpError, type HttpRequest } from '@cloakroom/http';
import { SessionEndedError, toSessionView } from '@cloakroom/sessions';
import { readTicket } from './browser-ticket.ts';
import type { TokenHandlerDeps } from './deps.ts';
import type { Report } from './report.ts';

/**
 * `GET /auth/session`: who am I. It is no use of the session. A ticket whose secret is another ends here: the authorizer, which has
 * refused it, cannot.
 *
 * @throws HttpError UNAUTHORIZED without a ticket that is one
 * @throws SessionEndedError its session has ended; `reason` says which
 */
export async function session(request: HttpRequest, deps: TokenHandlerDeps, report: Report): Promise<HttpAnswer> {
  const ticket = await readTicket(request, deps);
  if (ticket.is === 'ended') throw new SessionEndedError(ticket.ended.reason);
  if (ticket.is === 'lapsed') throw new SessionEndedError('expired');
  if (ticket.is === 'reused') {
    const { user, id } = ticket.session;
    await deps.sessions.revoke({ user, id });
    report.reused(ticket.session);
    throw new SessionEndedError('revoked');
  }
  if (ticket.is !== 'active') throw new HttpError('UNAUTHORIZED');
  const { user, id, scope, groups, acr } = ticket.session;
  const isShown = (deps.places.get(user.issuer)?.client.claims ?? []).length > 0;
  const claims = isShown ? await deps.sessions.getClaims({ user, id }) : undefined;
  const view = toSessionView({ session: ticket.session, isCurrent: true, nowSeconds: epochSeconds(deps.nowMs()) });
  const told = { ...(acr === undefined ? {} : { acr }), ...(claims === undefined ? {} : { claims }) };
  return { status: 200, data: { ...view, issuer: user.issuer, scope, groups, ...told } };
}
