import { epochSeconds } from '@cloakroom/core';
import { assertKnownParameters, HttpError, type Route } from '@cloakroom/http';
import { assertDataFits, type DataChange, type SessionRequest, VersionStaleError } from '@cloakroom/sessions';
import { type ChangeBody, changeBody } from './change-body.ts';
import type { SessionsApiDeps } from './deps.ts';
import { ifMatch, preconditionRequired } from './if-match.ts';
import { createReport } from './report.ts';
import { requireReachable } from './require-reachable.ts';
import { sessionAnswer, showSession } from './show-session.ts';

/**
 * Replaces the `data` of an active session, if `If-Match` names the version that is there, and answers the session as it is
 * then. An administrator may give it a `lifetime` of its own, too or instead.
 *
 * 403 for an owner's `lifetime`; 404 unknown or foreign; 410 ended; 412 changed meanwhile; 413 above 8 KiB; 428 without
 * `If-Match`. The data comes first: when that is refused, nothing has changed.
 */
export function changeSession({ sessions, nowMs, telemetry }: SessionsApiDeps): Route<ChangeBody> {
  const report = createReport(telemetry);
  return {
    access: ['owner', 'admin'],
    body: changeBody(nowMs),
    async handle(request) {
      const { user, id, isAdmin, isOwner } = requireReachable(request);
      assertKnownParameters(request.query, []);
      const { data: value, lifetime } = request.body;
      if (lifetime !== undefined && !isAdmin) throw new HttpError('FORBIDDEN', 'only administrators change a lifetime');
      const version = ifMatch(request);
      const target = { user, id };
      const { session, data } =
        value === undefined
          ? await requireUnchanged(sessions, target, version)
          : await replaceData(sessions, target, { version, value });
      const changed = lifetime === undefined ? session : await sessions.setLifetime({ ...target, ...lifetime });
      report.changed(request, { user, id, isOwner }, Object.keys(request.body));
      return sessionAnswer(200, showSession(request, epochSeconds(nowMs()), { session: changed, data }));
    },
  };
}

type Sessions = SessionsApiDeps['sessions'];

interface Replacement {
  readonly version: number | undefined;
  readonly value: NonNullable<ChangeBody['data']>;
}

async function replaceData(sessions: Sessions, target: SessionRequest, { version, value }: Replacement) {
  if (version === undefined) throw preconditionRequired();
  assertDataFits(value);
  return sessions.replaceData({ ...target, version, value });
}

/** Without new data a version need not be named; one that is must be right all the same. */
async function requireUnchanged(
  sessions: Sessions,
  target: SessionRequest,
  version: number | undefined,
): Promise<DataChange> {
  // The session last: its end deletes the data too.
  const data = await sessions.getData(target.user, target.id);
  const session = await sessions.require(target);
  if (version !== undefined && version !== data.version) throw new VersionStaleError();
  return { session, data };
}
