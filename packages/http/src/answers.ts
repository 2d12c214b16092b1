import { CloakroomError, formatJson } from '@cloakroom/core';
import type { Failure, LambdaAnswer, Texts } from './dialect.ts';
import { HttpError, isPublicCode, publicError } from './http-error.ts';
import type { HttpAnswer, RedirectAnswer, TextAnswer } from './route.ts';

interface ErrorFields {
  readonly code?: unknown;
  readonly field?: unknown;
  readonly reason?: unknown;
  readonly remedy?: unknown;
  readonly claim?: unknown;
  readonly issuer?: unknown;
  readonly retryAfterSeconds?: unknown;
}

const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL',
  message: 'something went wrong here; the request id finds it in our log',
};

/** The code of an error of ours decides what clients see of it; every other error, of a library too, is 500 `INTERNAL`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof CloakroomError)) return INTERNAL;
  const { code, field, reason, remedy, claim, issuer, retryAfterSeconds }: CloakroomError & ErrorFields = error;
  if (!isPublicCode(code)) return INTERNAL;
  const row = publicError(code);
  return {
    status: row.status,
    code: row.shownAs ?? code,
    message: error instanceof HttpError ? error.message : (row.message ?? error.message),
    field: textIn(field),
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : row.retryAfterSeconds,
    headers: row.headers,
    endedReason: row.tellsReason ? textIn(reason) : undefined,
    remedy: row.tellsRemedy ? textIn(remedy) : undefined,
    dependencies: error instanceof HttpError ? error.dependencies : undefined,
    reason: textIn(reason),
    claim: textIn(claim),
    issuer: textIn(issuer),
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `{"success":true,"data":…}`, nothing with 204 or a redirect, or the text of an answer that brings its own. */
export function successAnswer(answer: HttpAnswer | RedirectAnswer | TextAnswer): LambdaAnswer {
  if ('location' in answer) return withCookies(redirect(answer), answer.cookies);
  const { status, headers = {} } = answer;
  if ('text' in answer) return textAnswer(status, answer.text, { 'content-type': answer.contentType, ...headers });
  if (status === 204) return withCookies(textAnswer(204, '', headers), answer.cookies);
  return withCookies(jsonAnswer(status, { success: true, data: answer.data }, headers), answer.cookies);
}

/** For an answer that a browser may take for a page: it is none, is in no frame, and its address, which may hold a code, goes nowhere. */
const NO_PAGE: Texts = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

function redirect({ status, location }: RedirectAnswer): LambdaAnswer {
  const { href } = new URL(location);
  return textAnswer(status, '', { ...NO_PAGE, location: href.includes('#') ? href : `${href}#` });
}

function withCookies(answer: LambdaAnswer, cookies: readonly string[] = []): LambdaAnswer {
  return cookies.length === 0 ? answer : { ...answer, cookies };
}

/** `{"success":false,"error":{"code","message","field"?,"endedReason"?,"remedy"?,"dependencies"?},"requestId"}`, with `Retry-After` where there is one. */
export function failureAnswer(failure: Failure, requestId: string): LambdaAnswer {
  const { status, code, message, field, endedReason, remedy, dependencies } = failure;
  const error = {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(endedReason === undefined ? {} : { endedReason }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(dependencies === undefined ? {} : { dependencies }),
  };
  return jsonAnswer(status, { success: false, error, requestId }, failureHeaders(failure));
}

export function failureHeaders({ headers, retryAfterSeconds }: Failure): Texts {
  return {
    ...headers,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
  };
}

export function jsonAnswer(statusCode: number, envelope: unknown, headers: Texts): LambdaAnswer {
  return textAnswer(statusCode, formatJson(envelope), { 'content-type': 'application/json', ...headers });
}

function textAnswer(statusCode: number, body: string, headers: Texts): LambdaAnswer {
  return { statusCode, headers, body, isBase64Encoded: false };
}
