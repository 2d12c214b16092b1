import { isSameUser, type User } from '@cloakroom/core';
import {
  assertKnownParameters,
  HttpError,
  type HttpRequest,
  invalidQuery,
  isCaller,
  type Route,
  requireCaller,
  requireUser,
  showUser,
} from '@cloakroom/http';
import { parsePublicSessionId } from '@cloakroom/sessions';
import type { SessionsApiDeps } from './deps.ts';
import { createReport } from './report.ts';

type RevokeAllDeps = Pick<SessionsApiDeps, 'sessions' | 'policy' | 'telemetry'>;

/**
 * Revokes all sessions of a user, or with `?except=current` all but the caller's own, and with them every sign-in until now
 * that has none. Answers how many sessions ended, `{revoked, userId, userKey}`, when that is in force; after any failure, repeating it
 * goes on. 404, and nothing is written, for somebody else of whom nothing is kept.
 */
export function revokeAll({ sessions, telemetry }: RevokeAllDeps): Route {
  const report = createReport(telemetry);
  return {
    access: ['self', 'admin'],
    async handle(request) {
      const user = requireUser(request);
      const except = exceptedId(request, user);
      if (!isCaller(user, requireCaller(request))) await assertKnown(user, sessions);
      const revoked = await sessions.revokeAll({ user, except });
      report.revokedAll(request, user, { revoked, keepsCurrent: except !== undefined });
      return { status: 200, data: { revoked, ...showUser(user, request) } };
    },
  };
}

/** A user who has a session has been written down; a name that is misspelled must not be. @throws HttpError NOT_FOUND */
async function assertKnown(user: User, sessions: RevokeAllDeps['sessions']): Promise<void> {
  if (!(await sessions.isKnown(user))) throw new HttpError('NOT_FOUND', 'nothing is kept of this user');
}

/** @throws HttpError INVALID_QUERY also when there is nothing to except: the caller's session is another user's */
function exceptedId(request: HttpRequest, user: User): string | undefined {
  assertKnownParameters(request.query, ['except']);
  const { except } = request.query;
  if (except === undefined) return undefined;
  if (except !== 'current') throw invalidQuery('except', 'must be current');
  const current = parsePublicSessionId(requireCaller(request).sessionId ?? '');
  if (current === undefined || !isSameUser(current.user, user))
    throw invalidQuery('except', 'the current session is not one of this user');
  return current.id;
}
