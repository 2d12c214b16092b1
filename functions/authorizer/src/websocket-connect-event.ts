import { hasMembers, isText, type Members, readTextLists, readTexts } from './event-members.ts';
import { headerValues, joinedBy } from './headers.ts';
import type { AuthorizerRequest, MethodArn } from './request.ts';

const CONNECT_ARN = /^arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[A-Za-z0-9_-]+\/\$connect$/;

/** What a subprotocol begins with that is no protocol, but the token of a browser, which can send no header of its own. */
const BEARER_PROTOCOL = 'cloakroom.bearer.';

/**
 * A WebSocket API's REQUEST event, which there is for `$connect` alone. The token is in the `Authorization` header or is offered as
 * a subprotocol (RFC 6455 §11.3.4), whose alphabet has all that a token is written with. It is never looked for in the URL, which
 * logs and histories keep. What is allowed is to connect, and nothing else.
 * Undefined for any other event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function parseWebsocketConnectEvent(event: Members): AuthorizerRequest | undefined {
  const { type, methodArn, requestContext } = event;
  if (type !== 'REQUEST' || !isText(methodArn) || !CONNECT_ARN.test(methodArn)) return undefined;
  if (!hasMembers(requestContext)) return undefined;
  if (requestContext.routeKey !== '$connect' || requestContext.eventType !== 'CONNECT') return undefined;
  const headers = readTexts(event.headers);
  const multiValueHeaders = readTextLists(event.multiValueHeaders);
  if (!headers || !multiValueHeaders) return undefined;
  const valuesOf = (name: string) => headerValues(name, headers, multiValueHeaders);
  const credentials = [...valuesOf('authorization'), ...offeredTokens(valuesOf('sec-websocket-protocol'))];
  return {
    authorization: joinedBy(', ', credentials),
    cookie: joinedBy('; ', valuesOf('cookie')),
    method: undefined, // a browser cannot send the header that shows whose page it is
    header: (name) => joinedBy(', ', valuesOf(name)),
    isBootstrap: false,
    bootstrapUserId: undefined,
    methodArn: connectArn(methodArn),
    route: requestContext.routeKey,
  };
}

/** As the `Authorization` header would have them. A list may come in one header or in several. */
function offeredTokens(headers: readonly string[]): readonly string[] {
  const protocols = headers.flatMap((header) => header.split(',')).map((protocol) => protocol.trim());
  return protocols
    .filter((protocol) => protocol.startsWith(BEARER_PROTOCOL))
    .map((protocol) => `Bearer ${protocol.slice(BEARER_PROTOCOL.length)}`);
}

function connectArn(arn: string): MethodArn {
  return { arn, sessionArn: arn, verb: '', segments: [] };
}
