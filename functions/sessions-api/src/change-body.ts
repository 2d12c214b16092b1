import type { NowMs } from '@cloakroom/core';
import { isJsonObject, type JsonObject } from '@cloakroom/sessions';
import * as v from 'valibot';

const MIN_IDLE_SECONDS = 60;
const MAX_IDLE_SECONDS = 10 * 365 * 24 * 3600;

/** Seconds since the epoch of an ISO 8601 time that is yet to come. */
const futureTime = (nowMs: NowMs) =>
  v.pipe(
    v.string(),
    v.isoTimestamp('must be an ISO 8601 timestamp'),
    v.transform((text) => Math.floor(Date.parse(text) / 1000)),
    v.check((seconds) => seconds * 1000 > nowMs(), 'must be in the future'),
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
        v.maxValue(MAX_IDLE_SECONDS, 'must be at most ten years'),
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
