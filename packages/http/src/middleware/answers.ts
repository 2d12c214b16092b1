import { describeError, type Log } from '@cloakroom/core';
import { failureAnswer, failureOf } from '../answers.ts';
import type { Failure, LambdaAnswer, Texts } from '../dialect.ts';
import type { Layer } from '../exchange.ts';
import { NOWHERE } from '../exchange.ts';

/** One line per request: which route, which status, and which code a failure was given. Never headers or bodies. */
export function answerLog(log: Log): Layer {
  const write: Layer['after'] = ({ event: { request, route, failure }, response }) => {
    const status = response?.statusCode;
    const fields = {
      // A route key that no route has is the client's text.
      route: route === NOWHERE ? 'none' : request.routeKey,
      status,
      requestId: request.requestId,
      ...(failure === undefined ? {} : whyOf(failure)),
    };
    log.info('http.answered', `answered ${status}`, fields, status === 401 ? UNAUTHORIZED : undefined);
  };
  return { after: write, onError: write };
}

/** A credential that a function has checked itself. What the authorizer refused is not seen here. */
const UNAUTHORIZED = { metric: 'HttpUnauthorized', by: ['route', 'reason'] };

function whyOf({ code, reason, claim, issuer }: Failure) {
  return { errorCode: code, reason, claim, issuer };
}

const ALWAYS: Texts = {
  // Answers are about one caller at one moment: no cache may keep them.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Also on answers without CORS headers: whether they have some depends on the Origin.
  vary: 'Origin',
};

/** Gives every answer, errors included, the headers it must have, and all names one spelling: lower case. */
export function answerFormat(): Layer {
  const format: Layer['after'] = (request) => {
    if (!request.response) return;
    const entries = Object.entries(request.response.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const headers = { ...Object.fromEntries(entries), ...ALWAYS };
    const isHead = request.event.request.method === 'HEAD';
    const response = { ...request.response, headers, ...(isHead ? { body: '' } : {}) };
    request.response = request.event.isPayload2 ? response : toPayload1(response);
  };
  return { after: format, onError: format };
}

/** Cookies are never joined: a comma between them is part of the first (RFC 6265 §3). */
function toPayload1({ cookies, ...answer }: LambdaAnswer): LambdaAnswer {
  return cookies === undefined ? answer : { ...answer, multiValueHeaders: { 'set-cookie': cookies } };
}

/** Turns whatever was thrown into an answer. What clients are not told, the log is: `http.failed`, with the causes. */
export function errorAnswers(log: Log): Layer {
  return {
    onError(exchange) {
      const { event, error } = exchange;
      const failure = failureOf(error);
      event.failure = failure;
      const { tellFailure = failureAnswer } = event.route.dialect ?? {};
      exchange.response = tellFailure(failure, event.request.requestId);
      if (failure.status < 500) return;
      const { routeKey: route, requestId } = event.request;
      log.error('http.failed', 'a request failed', { route, requestId, error: describeError(error) });
    },
  };
}
