import { epochSeconds, jsonObject, type User, userNamed, userOfCaller } from '@cloakroom/core';
import { assertKnownParameters, HttpError, type HttpRequest, type Route, requireCaller } from '@cloakroom/http';
import { assertDataFits, NO_DATA } from '@cloakroom/sessions';
import * as v from 'valibot';
import type { SessionsApiDeps } from './deps.ts';
import { createReport } from './report.ts';
import { SERVICES, sessionAnswer, showSession } from './show-session.ts';

const recordBody = v.strictObject({
  /** A `sub` of any characters at the caller's own issuer, `<alias>:<sub>`, or the `userKey` of sessions and lists. */
  userId: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(400, 'may have 400 characters')),
  data: v.optional(jsonObject),
});

type RecordBody = v.InferOutput<typeof recordBody>;

const UNNAMED = 'userId names nobody: a sub that is me or begins with ~ is named by its userKey alone (~…)';

/** Nothing is known of the user's own client: this request is somebody else's. */
const UNKNOWN_CLIENT = { ip: '', userAgent: '' };

/**
 * Makes a session that lets nobody in, for a user of an issuer that the caller administers, or of the service's own issuer.
 * Each call makes another one. 201 with the session; 403 for other users; 400 for what names nobody; 409 `SESSION_LIMIT`; 413 for data above 8 KiB.
 */
export function createRecord({ sessions, policy, nowMs, telemetry }: SessionsApiDeps): Route<RecordBody> {
  const report = createReport(telemetry);
  return {
    access: ['admin', ...SERVICES],
    body: recordBody,
    async handle(request) {
      const user = requireTarget(request);
      assertKnownParameters(request.query, []);
      const { data: value } = request.body;
      assertDataFits(value ?? NO_DATA.value);
      const { clientId } = requireCaller(request);
      const created = await sessions.createRecord({ user, clientId, client: UNKNOWN_CLIENT, data: value, policy });
      report.recorded(request, created.session);
      return sessionAnswer(201, showSession(request, epochSeconds(nowMs()), created));
    },
  };
}

function requireTarget(request: HttpRequest<RecordBody>): User {
  const { administers } = request;
  const user = userNamed(request.body.userId, { own: userOfCaller(requireCaller(request)), administers });
  if (user === undefined) throw new HttpError('VALIDATION_FAILED', UNNAMED, { field: 'userId' });
  if (administers.includes(user.issuer)) return user;
  throw new HttpError('FORBIDDEN', 'this user is not yours to make a session for');
}
