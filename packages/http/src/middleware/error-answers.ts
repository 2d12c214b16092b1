import { describeError, type Log } from '@cloakroom/core';
import { failureAnswer } from '../answers.ts';
import type { Layer } from '../exchange.ts';
import { failureOf } from '../failure.ts';

/** Turns whatever was thrown into an answer. What clients are not told, the log is: `http.failed`, with the causes. */
export function errorAnswers(log: Log): Layer {
  return {
    onError(exchange) {
      const { event, error } = exchange;
      const failure = failureOf(error);
      event.failure = failure;
      exchange.response = failureAnswer(failure, event.request.requestId);
      if (failure.status < 500) return;
      const { routeKey, requestId } = event.request;
      log.error('http.failed', 'a request failed', { routeKey, requestId, error: describeError(error) });
    },
  };
}
