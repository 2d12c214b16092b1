import type { Log } from '@cloakroom/core';
import { NOWHERE } from '../built-in-routes.ts';
import type { Layer } from '../exchange.ts';

/** One line per request: which route, which status, and which code a failure was given. Never headers or bodies. */
export function answerLog(log: Log): Layer {
  const write: Layer['after'] = ({ event: { request, route, failure }, response }) => {
    const status = response?.statusCode;
    const fields = {
      // A route key that no route has is the client's text.
      routeKey: route === NOWHERE ? 'none' : request.routeKey,
      status,
      requestId: request.requestId,
      ...(failure === undefined ? {} : { errorCode: failure.code, reason: failure.reason }),
    };
    log.info('http.answered', `answered ${status}`, fields);
  };
  return { after: write, onError: write };
}
