import type { Environment } from '../environments/environment.ts';
import type { FunctionName } from './functions/index.ts';

interface RouteSpec {
  readonly function: FunctionName;
  /** `CUSTOM`: the authorizer is asked first. `NONE`: anybody gets through to the function. */
  readonly authorization: 'CUSTOM' | 'NONE';
  /** Where it is there, if its function is; everywhere when absent. */
  readonly isNeeded?: (environment: Environment) => boolean;
}

/** Every route of the API, where its function is. One that is not here does not exist, locally either. */
export const ROUTES: Readonly<Record<string, RouteSpec>> = {
  'GET /health': { function: 'health', authorization: 'NONE' },
  'GET /ready': { function: 'health', authorization: 'NONE' },
  // Some monitors ask no more than this.
  'HEAD /health': { function: 'health', authorization: 'NONE' },
  'HEAD /ready': { function: 'health', authorization: 'NONE' },
  'POST /users/{userId}/sessions': { function: 'create-session', authorization: 'CUSTOM' },
  // Verifies the token itself: it is for clients that do not know their own user id.
  'POST /auth/bootstrap-session': { function: 'create-session', authorization: 'NONE' },
  // Browsers come without a session, or with one that the function judges itself.
  'GET /auth/login': { function: 'token-handler', authorization: 'NONE' },
  'GET /auth/callback/{alias}': { function: 'token-handler', authorization: 'NONE' },
  'GET /auth/left': { function: 'token-handler', authorization: 'NONE' },
  'GET /auth/session': { function: 'token-handler', authorization: 'NONE' },
  'POST /auth/session': {
    function: 'token-handler',
    authorization: 'NONE',
    isNeeded: ({ sessions }) => sessions.handIn,
  },
  'POST /auth/refresh': { function: 'token-handler', authorization: 'NONE' },
  'POST /auth/logout': { function: 'token-handler', authorization: 'NONE' },
  // Providers come with a logout token, which the function verifies.
  'POST /auth/backchannel-logout': { function: 'backchannel-logout', authorization: 'NONE' },
  'GET /users/{userId}/sessions': { function: 'sessions-api', authorization: 'CUSTOM' },
  'DELETE /users/{userId}/sessions': { function: 'sessions-api', authorization: 'CUSTOM' },
  'GET /sessions/{sessionId}': { function: 'sessions-api', authorization: 'CUSTOM' },
  'PUT /sessions/{sessionId}': { function: 'sessions-api', authorization: 'CUSTOM' },
  'DELETE /sessions/{sessionId}': { function: 'sessions-api', authorization: 'CUSTOM' },
  'POST /sessions': { function: 'sessions-api', authorization: 'CUSTOM' },
  'GET /sessions': { function: 'sessions-api', authorization: 'CUSTOM' },
  'GET /sessions/user/{userId}': { function: 'sessions-api', authorization: 'CUSTOM' },
  'POST /users/{userId}/events': { function: 'enqueue-event', authorization: 'CUSTOM' },
  'GET /users/{userId}/events': { function: 'list-events', authorization: 'CUSTOM' },
  'GET /users/{userId}/export': { function: 'user-data', authorization: 'CUSTOM' },
  'DELETE /users/{userId}': { function: 'user-data', authorization: 'CUSTOM' },
};

/** Those that anybody gets through to: their functions judge who comes. */
export const PUBLIC_ROUTE_KEYS: readonly string[] = Object.keys(ROUTES).filter(
  (key) => ROUTES[key]?.authorization === 'NONE',
);
