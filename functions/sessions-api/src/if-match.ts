import { HttpError, type HttpRequest } from '@cloakroom/http';

const VERSION_TAG = /^"(0|[1-9]\d{0,14})"$/;

/**
 * The version in `If-Match` (RFC 9110 §13.1.1), or undefined without that header. Ours are strong tags of one number; any
 * other, weak or in a list, matches nothing.
 *
 * @throws HttpError PRECONDITION_REQUIRED for `*`, which would change whatever is there; PRECONDITION_FAILED for other tags
 */
export function ifMatch({ headers }: HttpRequest<unknown>): number | undefined {
  const tag = headers['if-match']?.trim();
  if (tag === undefined) return undefined;
  if (tag === '*') throw preconditionRequired();
  const version = VERSION_TAG.exec(tag)?.[1];
  if (version === undefined)
    throw new HttpError('PRECONDITION_FAILED', 'If-Match must be one ETag of an earlier answer');
  return Number(version);
}

export function preconditionRequired(): HttpError {
  return new HttpError('PRECONDITION_REQUIRED', 'If-Match must name the version that is to be changed: its ETag');
}
