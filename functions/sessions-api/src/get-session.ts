import { epochSeconds } from '@cloakroom/core';
import { assertKnownParameters, type Route } from '@cloakroom/http';
import type { SessionsApiDeps } from './deps.ts';
import { assertWithinRights, requireReachable, SERVICES, sessionAnswer, showSession } from './show-session.ts';

type GetSessionDeps = Pick<SessionsApiDeps, 'sessions' | 'nowMs'>;

/** Answers one active session with its data, whose version is the ETag. 404 unknown or foreign, 410 ended, with the reason. */
export function getSession({ sessions, nowMs }: GetSessionDeps): Route {
  return {
    access: ['owner', 'admin', ...SERVICES],
    async handle(request) {
      const { user, id } = requireReachable(request);
      assertKnownParameters(request.query, []);
      await assertWithinRights(request, { user, id }, sessions);
      // The session last: its end deletes the data too, and would pass for an active one without any.
      const data = await sessions.getData(user, id);
      const session = await sessions.require({ user, id });
      return sessionAnswer(200, showSession(request, epochSeconds(nowMs()), { session, data }));
    },
  };
}
