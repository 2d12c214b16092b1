import { failureHeaders, jsonAnswer } from './answers.ts';
import type { Dialect, Texts } from './dialect.ts';
import { HttpError } from './http-error.ts';
import { isFormType } from './media-type.ts';

/**
 * The way of OAuth 2.0 and OpenID Connect. A body is a form; the values of a name that comes more than once are joined by a comma,
 * which no token has in it. An error is `{"error", "error_description"}` (RFC 6749 §5.2): every fault of the sender is a 400, and ours
 * keep their status, so that a sender that repeats itself does so.
 */
export const oauth: Dialect = {
  readBody(payload, contentType) {
    if (contentType === undefined || !isFormType(contentType)) {
      const message = 'the body must be application/x-www-form-urlencoded';
      throw new HttpError('UNSUPPORTED_MEDIA_TYPE', message, { field: 'content-type' });
    }
    return fieldsOf(payload === 'undecodable' ? '' : payload.toString());
  },
  tellFailure(failure) {
    const { status, message } = failure;
    const answer = { error: errorOf(status), error_description: message };
    return jsonAnswer(status < 500 ? 400 : status, answer, failureHeaders(failure));
  },
};

function fieldsOf(text: string): Texts {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    fields[name] = fields[name] === undefined ? value : `${fields[name]},${value}`;
  }
  return fields;
}

function errorOf(status: number): string {
  if (status < 500) return 'invalid_request';
  return status === 503 ? 'temporarily_unavailable' : 'server_error';
}
