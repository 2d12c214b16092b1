import { type Caller, toAuthorizerContext } from '@cloakroom/core';
import type { Context } from 'aws-lambda';

/** A request, before a gateway has made an event of it. */
export interface TestRequest {
  /** `GET /users/{userId}/events` */
  readonly routeKey: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Names as sent; a list for a header that is sent more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Bytes come as base64, as for a content type that a gateway takes for binary. */
  readonly body?: string | Uint8Array;
  /** As the authorizer found out; absent where there is none. */
  readonly caller?: Caller;
}

const REQUEST_ID = 'request-1';
const IP = '203.0.113.7';

/**
 * The event of an HTTP API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpApiEvent(request: TestRequest): object {
  const { routeKey, pathParameters, query, caller } = request;
  const headers = sentHeaders(request).map(([name, values]) => [name.toLowerCase(), values.join(',')] as const);
  const cookies = headers.find(([name]) => name === 'cookie')?.[1].split('; ');
  return {
    version: '2.0',
    routeKey,
    rawPath: '/decoded/by/the/gateway',
    rawQueryString: '',
    ...(cookies === undefined ? {} : { cookies }),
    headers: Object.fromEntries(headers.filter(([name]) => name !== 'cookie')),
    ...(pathParameters === undefined ? {} : { pathParameters }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      requestId: REQUEST_ID,
      http: { method: routeKey.split(' ')[0], sourceIp: IP, userAgent: userAgentOf(request) },
      ...(caller === undefined ? {} : { authorizer: { lambda: toAuthorizerContext(caller) } }),
    },
    ...bodyOf(request),
  };
}

/**
 * The event of a REST API's proxy integration: path parameters as sent, every value of a header in a list, numbers of the
 * authorizer as text.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(request: TestRequest): object {
  const { routeKey, pathParameters = {}, query = {}, caller } = request;
  const headers = sentHeaders(request);
  const context = caller === undefined ? [] : Object.entries(toAuthorizerContext(caller));
  return {
    resource: routeKey.split(' ')[1],
    path: '/as/sent',
    httpMethod: routeKey.split(' ')[0],
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(headers),
    pathParameters: mapValues(pathParameters, encodeURIComponent),
    queryStringParameters: query,
    multiValueQueryStringParameters: mapValues(query, (value) => value.split(',')),
    requestContext: {
      requestId: REQUEST_ID,
      identity: { sourceIp: IP, userAgent: userAgentOf(request) },
      authorizer: {
        principalId: 'someone',
        ...Object.fromEntries(context.map(([key, value]) => [key, String(value)])),
      },
    },
    body: null,
    isBase64Encoded: false,
    ...bodyOf(request),
  };
}

/** The context of an invocation that has 3 s left. */
export function lambdaContext(): Context {
  return { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 3000 } as Context;
}

function sentHeaders({ headers = {} }: TestRequest): (readonly [string, readonly string[]])[] {
  return Object.entries(headers).map(([name, value]) => [name, [value].flat()]);
}

function userAgentOf({ headers = {} }: TestRequest): string {
  return String(headers['user-agent'] ?? 'test');
}

function bodyOf({ body }: TestRequest): object {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, isBase64Encoded: false };
  return { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
}

function mapValues<T>(values: Readonly<Record<string, string>>, convert: (value: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}
