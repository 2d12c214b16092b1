import { assertKnownParameters, type Route, showUser } from '@cloakroom/http';
import { SessionUnknownError } from '@cloakroom/sessions';
import type { SessionsApiDeps } from './deps.ts';
import { createReport } from './report.ts';
import { assertWithinRights, requireReachable, SERVICES } from './show-session.ts';

type RevokeSessionDeps = Pick<SessionsApiDeps, 'sessions' | 'policy' | 'telemetry'>;

/**
 * Revokes one session for good, and answers when that is in force: `{revoked: 1, userId, userKey}`, or 0 when it had ended before.
 * 404 unknown or foreign.
 */
export function revokeSession({ sessions, telemetry }: RevokeSessionDeps): Route {
  const report = createReport(telemetry);
  return {
    access: ['owner', 'admin', ...SERVICES],
    async handle(request) {
      const { user, id } = requireReachable(request);
      assertKnownParameters(request.query, []);
      await assertWithinRights(request, { user, id }, sessions);
      const outcome = await sessions.revoke({ user, id });
      if (outcome === 'unknown') throw new SessionUnknownError();
      report.revoked(request, { user, id }, outcome);
      return { status: 200, data: { revoked: outcome === 'ended' ? 1 : 0, ...showUser(user, request) } };
    },
  };
}
