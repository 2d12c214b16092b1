import type { Routes } from '@cloakroom/http';
import { changeSession } from './change-session.ts';
import { createRecord } from './create-record.ts';
import type { SessionsApiDeps } from './deps.ts';
import { getSession } from './get-session.ts';
import { listAll, listOfUser } from './lists.ts';
import { revokeAll } from './revoke-all.ts';
import { revokeSession } from './revoke-session.ts';
import { SERVICES } from './show-session.ts';

/** All routes about sessions, but those that turn a sign-in into one. */
export function sessionsApi(deps: SessionsApiDeps): Routes {
  return {
    'GET /users/{userId}/sessions': listOfUser(['self', 'admin'], deps),
    'DELETE /users/{userId}/sessions': revokeAll(deps),
    'GET /sessions/{sessionId}': getSession(deps),
    'PUT /sessions/{sessionId}': changeSession(deps),
    'DELETE /sessions/{sessionId}': revokeSession(deps),
    'POST /sessions': createRecord(deps),
    'GET /sessions': listAll(deps),
    'GET /sessions/user/{userId}': listOfUser(['admin', ...SERVICES], deps),
  };
}
