import { epochSeconds, userKey } from '@cloakroom/core';
import { type HttpRequest, parsePageQuery, type Route, requireUser, showUser } from '@cloakroom/http';
import type { SessionsApiDeps } from './deps.ts';
import { formatPosition, pageAfter, parsePosition } from './page-position.ts';
import { showListed } from './show-session.ts';

type ListOfUserDeps = Pick<SessionsApiDeps, 'sessions' | 'cursors' | 'nowMs'>;

/**
 * Answers the active sessions of a user, newest first, without their data, and at the end what is not understood in the place
 * of a session: `{userId, userKey, sessions, nextCursor?}`. One Query, however many
 * sessions have ended; a session that begins or ends between two pages shifts none of the others.
 */
export function listOfUser(access: Route['access'], { sessions, cursors, nowMs }: ListOfUserDeps): Route {
  return {
    access,
    async handle(request) {
      const user = requireUser(request);
      const { limit, cursor } = parsePageQuery(request.query);
      const scope = scopeOf(request);
      const after = cursor === undefined ? undefined : parsePosition(await cursors.open(scope, cursor));
      const { sessions: active, unknown } = await sessions.list(user);
      const { shown, last } = pageAfter([...active, ...unknown], { after, limit });
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          ...showUser(user, request),
          sessions: shown.map((session) => showListed(request, nowSeconds, session)),
          ...(last === undefined ? {} : { nextCursor: await cursors.seal(scope, formatPosition(last)) }),
        },
      };
    },
  };
}

/** A cursor is good for the one list of the one user. */
function scopeOf(request: HttpRequest): string {
  return `${request.routeKey} ${userKey(requireUser(request))}`;
}
