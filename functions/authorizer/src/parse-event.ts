import { MalformedError } from '@cloakroom/core';
import { hasMembers } from './event-members.ts';
import { parseHttpApiEvent } from './http-api-event.ts';
import type { AuthorizerRequest } from './request.ts';
import { parseRestRequestEvent } from './rest-request-event.ts';
import { parseRestTokenEvent } from './rest-token-event.ts';
import { parseWebsocketConnectEvent } from './websocket-connect-event.ts';

/**
 * Guards written by hand: this runs before every request. What they take for an event is what the schemas of
 * `event-schemas-fixture.ts` do.
 *
 * @throws MalformedError for an event that no API Gateway sends: the authorizer is attached in a way it does not support
 */
export function parseEvent(event: unknown): AuthorizerRequest {
  const request = hasMembers(event)
    ? (parseHttpApiEvent(event) ??
      parseRestRequestEvent(event) ??
      parseRestTokenEvent(event) ??
      parseWebsocketConnectEvent(event))
    : undefined;
  if (request !== undefined) return request;
  throw new MalformedError(
    'event',
    'must be of an HTTP API (payload 2.0), a REST API, or the $connect of a WebSocket API',
  );
}
