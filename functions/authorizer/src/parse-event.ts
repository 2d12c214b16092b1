import { MalformedError } from '@cloakroom/core';
import * as v from 'valibot';
import { httpApiEvent } from './http-api-event.ts';
import type { AuthorizerRequest } from './request.ts';
import { restRequestEvent } from './rest-request-event.ts';
import { restTokenEvent } from './rest-token-event.ts';
import { websocketConnectEvent } from './websocket-connect-event.ts';

const eventSchema = v.union([httpApiEvent, restRequestEvent, restTokenEvent, websocketConnectEvent]);

/** @throws MalformedError for an event that no API Gateway sends: the authorizer is attached in a way it does not support */
export function parseEvent(event: unknown): AuthorizerRequest {
  const result = v.safeParse(eventSchema, event);
  if (!result.success)
    throw new MalformedError(
      'event',
      'must be of an HTTP API (payload 2.0), a REST API, or the $connect of a WebSocket API',
    );
  return result.output;
}
