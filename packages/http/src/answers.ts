import type { Failure } from './failure.ts';
import type { HttpAnswer, TextAnswer, Texts } from './route.ts';

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

/** `{"success":false,"error":{"code","message","field"?,"endedReason"?},"requestId"}`, with `Retry-After` where there is one. */
export function failureAnswer(failure: Failure, requestId: string): LambdaAnswer {
  const { status, code, message, field, endedReason, retryAfterSeconds } = failure;
  const error = {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(endedReason === undefined ? {} : { endedReason }),
  };
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) };
  return jsonAnswer(status, { success: false, error, requestId }, headers);
}

function jsonAnswer(statusCode: number, envelope: unknown, headers: Texts): LambdaAnswer {
  return textAnswer(statusCode, JSON.stringify(envelope), { 'content-type': 'application/json', ...headers });
}

function textAnswer(statusCode: number, body: string, headers: Texts): LambdaAnswer {
  return { statusCode, headers, body, isBase64Encoded: false };
}
