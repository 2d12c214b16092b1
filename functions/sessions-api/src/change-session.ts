import { epochSeconds, jsonObject, type NowMs, parseTimestamp } from '@cloakroom/core';
import { assertKnownParameters, HttpError, type HttpRequest, type Route } from '@cloakroom/http';
import { assertDataFits, type DataChange, type SessionRequest, VersionStaleError } from '@cloakroom/sessions';
import * as v from 'valibot';
import type { SessionsApiDeps } from './deps.ts';
import { createReport } from './report.ts';
import { assertWithinRights, requireReachable, SERVICES, sessionAnswer, showSession } from './show-session.ts';

const MIN_IDLE_SECONDS = 60;
/** For how long a session may go unused, and when it ends at the latest: what outlives every device is a slip of the hand. */
const MAX_LIFETIME_SECONDS = 10 * 365 * 24 * 3600;

/** Seconds since the epoch of a time that is yet to come, within ten years. */
const futureTime = (nowMs: NowMs) =>
  v.pipe(
    v.string(),
    v.transform((text) => parseTimestamp(text) ?? Number.NaN),
    v.check((ms) => !Number.isNaN(ms), 'must be an ISO 8601 timestamp'),
    v.transform(epochSeconds),
    v.check((seconds) => seconds * 1000 > nowMs(), 'must be in the future'),
    v.check((seconds) => seconds <= epochSeconds(nowMs()) + MAX_LIFETIME_SECONDS, 'must be within ten years'),
  );

/** What is to change: the data, for an administrator the lifetime, or both. */
function changeBody(nowMs: NowMs) {
  const lifetime = v.strictObject({
    /** How long it may go unused, counted anew from now. */
    idleSeconds: v.optional(
      v.pipe(
        v.number(),
        v.integer('must be a whole number'),
        v.minValue(MIN_IDLE_SECONDS, `must be at least ${MIN_IDLE_SECONDS}`),
        v.maxValue(MAX_LIFETIME_SECONDS, 'must be at most ten years'),
      ),
    ),
    absoluteExpiresAt: v.optional(futureTime(nowMs)),
  });
  return v.pipe(
    v.strictObject({
      data: v.optional(jsonObject),
      lifetime: v.optional(
        v.pipe(
          lifetime,
          v.check((fields) => isSomething(fields), 'needs idleSeconds or absoluteExpiresAt'),
        ),
      ),
    }),
    v.check((fields) => isSomething(fields), 'needs data or lifetime'),
  );
}

export type ChangeBody = v.InferOutput<ReturnType<typeof changeBody>>;

function isSomething(fields: object): boolean {
  return Object.values(fields).some((value) => value !== undefined);
}

const VERSION_TAG = /^"(0|[1-9]\d{0,14})"$/;

/**
 * The version in `If-Match` (RFC 9110 §13.1.1), or undefined without that header and for `*`: whatever is there is to be changed.
 * Ours are strong tags of one number; any other, weak or in a list, matches nothing.
 *
 * @throws HttpError PRECONDITION_REQUIRED where new data comes without a version that must be named; PRECONDITION_FAILED for other tags
 */
function ifMatch({ headers, body }: HttpRequest<ChangeBody>, requireIfMatch: boolean): number | undefined {
  const tag = headers['if-match']?.trim() ?? '*';
  if (tag === '*' && requireIfMatch && body.data !== undefined) throw preconditionRequired();
  if (tag === '*') return undefined;
  const version = VERSION_TAG.exec(tag)?.[1];
  if (version === undefined)
    throw new HttpError('PRECONDITION_FAILED', 'If-Match must be one ETag of an earlier answer');
  return Number(version);
}

function preconditionRequired(): HttpError {
  return new HttpError('PRECONDITION_REQUIRED', 'If-Match must name the version that is to be changed: its ETag');
}

/**
 * Replaces the `data` of an active session, and answers the session as it is then. With `If-Match`, only if it names the version that
 * is there; without, the last one who writes wins, unless the environment demands it. An administrator may give it a `lifetime` of its own, too or instead.
 *
 * 403 for an owner's `lifetime`; 404 unknown or foreign; 410 ended; 412 changed meanwhile; 413 above 8 KiB; 428 where `If-Match` is
 * demanded and missing. The data comes first: when that is refused, nothing has changed.
 */
export function changeSession({ sessions, requireIfMatch, nowMs, telemetry }: SessionsApiDeps): Route<ChangeBody> {
  const report = createReport(telemetry);
  return {
    access: ['owner', 'admin', ...SERVICES],
    body: changeBody(nowMs),
    async handle(request) {
      const { user, id, isAdmin } = requireReachable(request);
      assertKnownParameters(request.query, []);
      const { data: value, lifetime } = request.body;
      if (lifetime !== undefined && !isAdmin) throw new HttpError('FORBIDDEN', 'only administrators change a lifetime');
      const version = ifMatch(request, requireIfMatch);
      const target = { user, id };
      await assertWithinRights(request, target, sessions);
      const { session, data } =
        value === undefined
          ? await requireUnchanged(sessions, target, version)
          : await replaceData(sessions, target, { version, value });
      const changed = lifetime === undefined ? session : await sessions.setLifetime({ ...target, ...lifetime });
      report.changed(request, target, Object.keys(request.body));
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
