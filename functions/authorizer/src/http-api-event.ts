import * as v from 'valibot';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE } from './request.ts';

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
    requestContext: v.optional(v.object({ http: v.optional(v.object({ method: v.string() })) })),
  }),
  v.transform(({ routeKey, headers, cookies, pathParameters, requestContext }): AuthorizerRequest => {
    const isBootstrap = routeKey === BOOTSTRAP_ROUTE;
    return {
      authorization: headers.authorization,
      cookie: cookies.length === 0 ? headers.cookie : cookies.join('; '),
      method: requestContext?.http?.method ?? '',
      header: (name) => headers[name],
      isBootstrap,
      bootstrapUserId: isBootstrap ? pathParameters.userId : undefined,
      methodArn: undefined,
      route: routeKey,
    };
  }),
);
