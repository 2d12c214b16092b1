import { epochSeconds, type NowMs, parseTimestamp } from '@cloakroom/core';
import { isJsonObject, type JsonObject } from '@cloakroom/sessions';
import * as v from 'valibot';

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
export function changeBody(nowMs: NowMs) {
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
      data: v.optional(v.custom<JsonObject>(isJsonObject, 'must be an object')),
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
