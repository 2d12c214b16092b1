import type { Failure } from './failure.ts';
import type { HttpAnswer, Texts } from './route.ts';

/** An answer as API Gateway takes it, in both payload versions. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Texts;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** `{"success":true,"data":…}`, or nothing with 204. */
export function successAnswer({ status, data, headers = {} }: HttpAnswer): LambdaAnswer {
  if (status === 204) return { statusCode: 204, headers, body: '', isBase64Encoded: false };
  return jsonAnswer(status, { success: true, data }, headers);
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
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(envelope),
    isBase64Encoded: false,
  };
}
