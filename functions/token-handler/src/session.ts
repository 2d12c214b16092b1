import type { HttpAnswer, HttpRequest } from '@cloakroom/http';
import type { TokenHandlerDeps } from './deps.ts';
import type { Report } from './report.ts';
import { requireTicket } from './require-ticket.ts';
import { showSession } from './show-session.ts';

/** `GET /auth/session`: who am I. It is no use of the session. @throws see `requireTicket` */
export async function session(request: HttpRequest, deps: TokenHandlerDeps, report: Report): Promise<HttpAnswer> {
  const { session: own } = await requireTicket(request, deps, report);
  return { status: 200, data: await showSession(own, deps) };
}
