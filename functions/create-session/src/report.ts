import { CloakroomError, type Login, logId, opaqueUserId, type Telemetry } from '@cloakroom/core';
import { HttpError, type HttpRequest } from '@cloakroom/http';
import { CreationRefusedError, type CreationResult, LoginEndedError } from '@cloakroom/sessions';
import type { FoundSession } from './own-session.ts';

/** The request, and whose sign-in it brings, as soon as that is known. */
export interface Attempt {
  readonly request: HttpRequest<unknown>;
  readonly login?: Pick<Login, 'user' | 'clientId' | 'loginId'>;
}

/** Tells what became of a sign-in: a log line for each, which is counted. Users are hidden, and ids are shown by their beginning. */
export interface Report {
  answered(attempt: Attempt, result: FoundSession & Partial<CreationResult>): void;
  /** The rules refused it, or something failed. */
  notAnswered(attempt: Attempt, error: unknown): void;
}

/** Nothing but a token was needed: there is no authorizer. */
const WITHOUT_AUTHORIZER = 'POST /auth/bootstrap-session';

export function createReport({ log }: Telemetry): Report {
  return {
    answered(attempt, { outcome, evicted, sessionsBefore }) {
      const fields = { ...fieldsOf(attempt), sessionsBefore };
      if (outcome === 'existing') {
        log.info('session.existing', 'The sign-in had its session already', fields, { metric: 'SessionsExisting' });
        return;
      }
      const count = { metric: 'SessionsCreated', by: ['route'] };
      log.info('session.created', 'A session was created', fields, count);
      for (const { id } of evicted) {
        log.info('session.evicted', 'A session had to go for a newer one', { ...fields, evicted: logId(id) });
      }
    },
    notAnswered(attempt, error) {
      const reason = error instanceof CloakroomError ? error.code : 'INTERNAL';
      const fields = { ...fieldsOf(attempt), reason };
      if (!isRefusal(error)) {
        const count = { metric: 'SessionsFailed', by: ['reason'] };
        log.error('session.failed', 'The sign-in got no session: http.failed tells why', fields, count);
        return;
      }
      const remedy = error instanceof LoginEndedError ? { remedy: error.remedy } : {};
      const sessionsBefore = error instanceof CreationRefusedError ? error.sessionsBefore : undefined;
      const count = { metric: 'SessionsRefused', by: ['reason'] };
      log.info('session.refused', 'The sign-in got no session', { ...fields, sessionsBefore, ...remedy }, count);
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof CreationRefusedError || error instanceof HttpError;
}

function fieldsOf({ request: { routeKey: route, caller }, login }: Attempt) {
  // Let in without a session, by the authorizer or because there is none.
  const bootstrap = caller?.bootstrap === true || route === WITHOUT_AUTHORIZER;
  if (login === undefined) return { route, bootstrap };
  const { user, clientId, loginId } = login;
  return {
    route,
    bootstrap,
    issuer: user.issuer,
    user: logId(opaqueUserId(user)),
    clientId,
    login: logId(loginId),
  };
}
