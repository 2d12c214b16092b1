import * as v from 'valibot';
import type { Dialect, Payload } from '../dialect.ts';
import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import { isJsonType } from '../media-type.ts';
import { parseJson } from '../parse-json.ts';

/** Replaces the body by what the route's schema makes of it. A route without a schema never sees one. */
export function bodyParser(): Layer {
  return {
    before({ event }) {
      const schema = event.route.body;
      if (schema === undefined) return;
      const { payload, headers, request, route } = event;
      const { readBody = readJson } = route.dialect ?? {};
      const contentType = headers['content-type'];
      event.request = { ...request, body: parseBody(schema, { payload, contentType, readBody }) };
    },
  };
}

const MAX_BODY_BYTES = 64 * 1024;

interface Body {
  readonly payload: Payload;
  readonly contentType: string | undefined;
  readonly readBody: Dialect['readBody'];
}

/**
 * What `schema` makes of a body. No body at all is `undefined` for the schema, whatever the content type.
 *
 * @throws HttpError BODY_TOO_LARGE, VALIDATION_FAILED with the `field`, or what the body's reader throws
 */
function parseBody<B>(schema: v.GenericSchema<unknown, B>, { payload, contentType, readBody }: Body): B {
  if (payload === undefined) return conform(schema, undefined);
  if (payload.length > MAX_BODY_BYTES) {
    throw new HttpError('BODY_TOO_LARGE', `the body may have ${MAX_BODY_BYTES} bytes`);
  }
  return conform(schema, readBody(payload, contentType));
}

/** @throws HttpError UNSUPPORTED_MEDIA_TYPE, MALFORMED_JSON */
function readJson(payload: Exclude<Payload, undefined>, contentType: string | undefined): unknown {
  if (contentType === undefined || !isJsonType(contentType)) {
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json', { field: 'content-type' });
  }
  return parseJson(payload);
}

function conform<B>(schema: v.GenericSchema<unknown, B>, value: unknown): B {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) {
    // To Valibot a list is an object without the optional fields.
    if (Array.isArray(value) && !Array.isArray(result.output)) throw notValid('body', 'must be an object');
    return result.output;
  }
  const [issue] = result.issues;
  const field = (v.getDotPath(issue) ?? 'body').slice(0, 200).toWellFormed();
  throw notValid(field, problem(issue));
}

function notValid(field: string, problem: string): HttpError {
  return new HttpError('VALIDATION_FAILED', `${field}: ${problem}`, { field });
}

/** Valibot's own messages repeat the value; these do not. */
function problem(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message; // the schema's own words
  if (issue.expected === 'never') return 'is not a known field';
  if (issue.received === 'undefined') return 'is required';
  return `must be ${issue.expected}`;
}
