import { hasMembers, isText, isTextList, type Members, readTexts } from './event-members.ts';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE } from './request.ts';

/**
 * An HTTP API's event, payload 2.0: header names are lower case, duplicates joined by comma, cookies taken out of the headers.
 * The route is `routeKey` and `pathParameters`; `rawPath` is decoded, and could be talked into another route's form.
 * Undefined for any other event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function parseHttpApiEvent(event: Members): AuthorizerRequest | undefined {
  const { version, routeKey } = event;
  const cookies = event.cookies ?? [];
  if (version !== '2.0' || !isText(routeKey) || !isTextList(cookies)) return undefined;
  const headers = readTexts(event.headers);
  const pathParameters = readTexts(event.pathParameters);
  const method = methodIn(event.requestContext);
  if (headers === undefined || pathParameters === undefined || method === undefined) return undefined;
  const isBootstrap = routeKey === BOOTSTRAP_ROUTE;
  return {
    authorization: headers.authorization,
    cookie: cookies.length === 0 ? headers.cookie : cookies.join('; '),
    method,
    header: (name) => headers[name],
    isBootstrap,
    bootstrapUserId: isBootstrap ? pathParameters.userId : undefined,
    methodArn: undefined,
    route: routeKey,
  };
}

/** Empty where the event does not tell; undefined where what it tells is none. */
function methodIn(requestContext: unknown): string | undefined {
  if (requestContext === undefined) return '';
  if (!hasMembers(requestContext)) return undefined;
  const { http } = requestContext;
  if (http === undefined) return '';
  return hasMembers(http) && isText(http.method) ? http.method : undefined;
}
