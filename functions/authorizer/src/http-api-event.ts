import * as v from 'valibot';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE, hasTicketCookie } from './request.ts';

const strings = v.nullish(v.record(v.string(), v.string()), {});

/**
 * An HTTP API's event, payload 2.0: header names are lower case, duplicates joined by comma, cookies taken out of the headers.
 * The route is `routeKey` and `pathParameters`; `rawPath` is decoded, and could be talked into another route's form.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const httpApiEvent = v.pipe(
  v.object({
    version: v.literal('2.0'),
    routeKey: v.string(),
    headers: strings,
    cookies: v.nullish(v.array(v.string()), []),
    pathParameters: strings,
  }),
  v.transform(({ routeKey, headers, cookies, pathParameters }): AuthorizerRequest => {
    const isBootstrap = routeKey === BOOTSTRAP_ROUTE;
    return {
      authorization: headers.authorization,
      hasTicket: hasTicketCookie(headers.cookie === undefined ? cookies : [...cookies, headers.cookie]),
      isBootstrap,
      bootstrapUserId: isBootstrap ? pathParameters.userId : undefined,
      methodArn: undefined,
      route: routeKey,
    };
  }),
);
