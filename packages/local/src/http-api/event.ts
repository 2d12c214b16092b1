import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Where a request was routed to. */
export interface EventContext {
  readonly apiId: string;
  readonly region: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event of a Lambda integration, payload format 2.0.
 * `authorizer` is the context that the authorizer gave; fields that are empty are absent, as on AWS.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function integrationEvent(request: GatewayRequest, context: EventContext, authorizer?: unknown): object {
  const base = commonEvent(request, context);
  return {
    ...base,
    requestContext: {
      ...base.requestContext,
      ...(authorizer === undefined ? {} : { authorizer: { lambda: authorizer } }),
    },
    ...encodeBody(request),
  };
}

/**
 * The event of a REQUEST authorizer, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function authorizerEvent(request: GatewayRequest, context: EventContext, identity: readonly string[]): object {
  return {
    type: 'REQUEST',
    routeArn: routeArn(request, context),
    identitySource: identity.length === 0 ? null : identity,
    ...commonEvent(request, context),
  };
}

/** What an IAM policy of the authorizer is about. */
export function routeArn({ method, target }: GatewayRequest, { region, apiId, stage }: EventContext): string {
  return `arn:aws:execute-api:${region}:${LOCAL_ACCOUNT_ID}:${apiId}/${stage}/${method}${target.rawPath}`;
}

/** `12/Mar/2026:19:03:58 +0000`, the time format of `requestContext.time` and `$context.requestTime`. */
export function clfTime(timeMs: number): string {
  const date = new Date(timeMs);
  const [day, time] = date.toISOString().split(/[T.]/);
  return `${day?.slice(8)}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
}

function commonEvent(request: GatewayRequest, context: EventContext) {
  const { headers, target, cookies, query } = request;
  const domainName = (headers.host ?? '127.0.0.1').replace(/:\d+$/, '');
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: target.rawPath,
    rawQueryString: target.rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: LOCAL_ACCOUNT_ID,
      apiId: context.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: target.rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: clfTime(request.timeMs),
      timeEpoch: request.timeMs,
    },
    ...(context.pathParameters === undefined ? {} : { pathParameters: context.pathParameters }),
  };
}

/** Text stays text; everything else, and text that is not UTF-8 and could not be carried in JSON, becomes base64. */
function encodeBody({ body, headers }: GatewayRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = isText(headers['content-type']) ? decodeUtf8(body) : undefined;
  return text === undefined
    ? { body: body.toString('base64'), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

/** HTTP APIs take these for text; forms (`application/x-www-form-urlencoded`) are not among them. */
function isText(contentType = 'text/plain'): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^(text\/.+|application\/(json|javascript|xml|.+\+json|.+\+xml))$/.test(type);
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
