import { parseTimestamp } from '@cloakroom/core';
import { isJsonObject, type JsonObject } from '@cloakroom/sessions';
import * as v from 'valibot';

/** Longer ones are cut where the client's own header gives them, and refused where the body does. */
export const MAX_USER_AGENT_LENGTH = 512;

const isTimestamp = (text: string) => parseTimestamp(text) !== undefined;

const bodySchema = v.strictObject({
  /** What to show the user as the client, in place of the request's `User-Agent`. */
  userAgent: v.optional(v.pipe(v.string(), v.maxLength(MAX_USER_AGENT_LENGTH, 'may have 512 characters'))),
  /** Accepted, and not used: when the person signed in is told by the token. */
  loginTime: v.optional(v.pipe(v.string(), v.check(isTimestamp, 'must be an ISO 8601 timestamp'))),
  /** What the client calls its device, for the user to recognise it by. */
  device: v.optional(v.pipe(v.string(), v.maxLength(100, 'may have 100 characters'))),
  data: v.optional(v.custom<JsonObject>(isJsonObject, 'must be an object')),
});

/** The body of a request for a session. Every field may be missing, and so may the body. */
export const sessionBody = v.optional(bodySchema, {});

export type SessionBody = v.InferOutput<typeof bodySchema>;
