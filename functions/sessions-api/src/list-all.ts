import { epochSeconds } from '@cloakroom/core';
import { parsePageQuery, type Route } from '@cloakroom/http';
import type { SessionsApiDeps } from './deps.ts';
import { showListed } from './show-session.ts';

type ListAllDeps = Pick<SessionsApiDeps, 'sessions' | 'cursors' | 'nowMs'>;

/**
 * Answers the active sessions of all users whom the caller administers, and what is not understood in their places, in no order:
 * `{sessions, nextCursor?}`. A page may have
 * fewer than `limit`, even none, and still name a next one: this reads the whole table, some at a time.
 */
export function listAll({ sessions, cursors, nowMs }: ListAllDeps): Route {
  return {
    access: ['admin'],
    async handle(request) {
      const { limit, cursor } = parsePageQuery(request.query);
      const issuers = request.administers.toSorted();
      const scope = `${request.routeKey} ${issuers.join(' ')}`;
      const position = cursor === undefined ? undefined : await cursors.open(scope, cursor);
      const page = await sessions.scan({ issuers, limit, position });
      const nowSeconds = epochSeconds(nowMs());
      return {
        status: 200,
        data: {
          sessions: page.sessions.map((session) => showListed(request, nowSeconds, session)),
          ...(page.position === undefined ? {} : { nextCursor: await cursors.seal(scope, page.position) }),
        },
      };
    },
  };
}
