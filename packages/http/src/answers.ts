import { CloakroomError, formatJson } from '@cloakroom/core';
import { HttpError, isPublicCode, publicError } from './http-error.ts';
import type { HttpAnswer, TextAnswer, Texts } from './route.ts';

/** What a client is told of an error. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Why a session is no more, where that is what went wrong. */
  readonly endedReason?: string | undefined;
  /** What the client must do to get in again, one stable word. */
  readonly remedy?: string | undefined;
  /** How each part answered that this service depends on. */
  readonly dependencies?: readonly object[] | undefined;
  /** For the log alone: what the error gives as its reason, one stable word. */
  readonly reason?: string | undefined;
  /** For the log alone: the claim that refused a token, and the alias of its issuer. */
  readonly claim?: string | undefined;
  readonly issuer?: string | undefined;
}

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

/** An answer as API Gateway takes it, in both payload versions. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Texts;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** `{"success":true,"data":…}`, nothing with 204, or the text of an answer that brings its own. */
export function successAnswer(answer: HttpAnswer | TextAnswer): LambdaAnswer {
  const { status, headers = {} } = answer;
  if ('text' in answer) return textAnswer(status, answer.text, { 'content-type': answer.contentType, ...headers });
  if (status === 204) return textAnswer(204, '', headers);
  return jsonAnswer(status, { success: true, data: answer.data }, headers);
}

/** `{"success":false,"error":{"code","message","field"?,"endedReason"?,"remedy"?,"dependencies"?},"requestId"}`, with `Retry-After` where there is one. */
export function failureAnswer(failure: Failure, requestId: string): LambdaAnswer {
  const { status, code, message, field, endedReason, remedy, dependencies, retryAfterSeconds } = failure;
  const error = {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(endedReason === undefined ? {} : { endedReason }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(dependencies === undefined ? {} : { dependencies }),
  };
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) };
  return jsonAnswer(status, { success: false, error, requestId }, headers);
}

function jsonAnswer(statusCode: number, envelope: unknown, headers: Texts): LambdaAnswer {
  return textAnswer(statusCode, formatJson(envelope), { 'content-type': 'application/json', ...headers });
}

function textAnswer(statusCode: number, body: string, headers: Texts): LambdaAnswer {
  return { statusCode, headers, body, isBase64Encoded: false };
}
