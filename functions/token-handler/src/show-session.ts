import { epochSeconds, isoTime } from '@cloakroom/core';
import { type TicketSession, toSessionView } from '@cloakroom/sessions';
import type { TokenHandlerDeps } from './deps.ts';

type Deps = Pick<TokenHandlerDeps, 'places' | 'sessions' | 'nowMs'>;

/** A session as its own page sees it. One GetItem where pages may see claims. `recheckAt`: by then the page is to refresh. */
export async function showSession(session: TicketSession, { places, sessions, nowMs }: Deps): Promise<object> {
  const { user, id, scope, groups, acr, ticket } = session;
  const isShown = (places.get(user.issuer)?.client.claims ?? []).length > 0;
  const claims = isShown ? await sessions.getClaims({ user, id }) : undefined;
  return {
    ...toSessionView({ session, isCurrent: true, nowSeconds: epochSeconds(nowMs()) }),
    issuer: user.issuer,
    scope,
    groups,
    recheckAt: isoTime(ticket.recheckAt),
    ...(acr === undefined ? {} : { acr }),
    ...(claims === undefined ? {} : { claims }),
  };
}
