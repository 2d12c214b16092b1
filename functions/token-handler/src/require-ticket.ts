import { describeError } from '@cloakroom/core';
import { HttpError, type HttpRequest } from '@cloakroom/http';
import { isUnconfirmed, type Session, SessionEndedError } from '@cloakroom/sessions';
import { type ActiveTicket, readTicket } from './browser-ticket.ts';
import type { TokenHandlerDeps } from './deps.ts';
import type { Report } from './report.ts';

/**
 * The active ticket of a request. One whose secret is neither that of now nor the one before ends its session here, and burns: the
 * authorizer, which has refused it, cannot. A secret that comes for the first time is written down as arrived.
 *
 * @throws HttpError UNAUTHORIZED without a ticket that is one
 * @throws SessionEndedError its session has ended; `reason` says which
 */
export async function requireTicket(
  request: HttpRequest<unknown>,
  deps: TokenHandlerDeps,
  report: Report,
): Promise<ActiveTicket> {
  const ticket = await readTicket(request, deps);
  if (ticket.is === 'ended') throw new SessionEndedError(ticket.ended.reason);
  if (ticket.is === 'lapsed') throw new SessionEndedError('expired');
  if (ticket.is === 'reused') {
    const { user, id } = ticket.session;
    await deps.sessions.revoke({ user, id, reason: 'reuse_detected' });
    report.reused(ticket.session);
    throw new SessionEndedError('reuse_detected');
  }
  // The authorizer, too, lets nobody in of an issuer that has been taken out, and its tokens are for nobody else.
  if (ticket.is !== 'active' || !deps.places.has(ticket.session.user.issuer)) throw new HttpError('UNAUTHORIZED');
  if (ticket.match === 'current' && isUnconfirmed(ticket.session)) await confirm(ticket.session, deps);
  return ticket;
}

/**
 * Whoever was faster has written the same, or what came after it. A write that fails, as beside the transaction of a refresh, changes no
 * decision: the one before is valid a while longer.
 */
async function confirm(session: Session, { sessions, telemetry }: TokenHandlerDeps): Promise<void> {
  try {
    await sessions.touch(session, { isUse: false, isFirst: true });
  } catch (error) {
    const fields = { error: describeError(error) };
    telemetry.log.warn('ticket.touch_failed', 'The first use of a secret was not written down', fields);
  }
}
