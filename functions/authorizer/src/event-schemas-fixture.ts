import { MalformedError } from '@cloakroom/core';
import * as v from 'valibot';
import { bootstrapUserOf, isLiteral, isMethodOf, isSameUser } from './method-arn.ts';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE, type MethodArn } from './request.ts';

const METHOD_ARN = /^(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[A-Za-z0-9_-]+)\/([A-Z]+)\/(.*)$/s;

/** Reads the method ARN of a REST API's authorizer event. A session opens the whole stage: right even for a gateway that caches policies. */
const methodArnSchema = v.pipe(
  v.string(),
  v.regex(METHOD_ARN, 'must be the ARN of a method'),
  v.transform((arn): MethodArn => {
    const [, stageArn, verb = '', path = ''] = METHOD_ARN.exec(arn) ?? [];
    return { arn, sessionArn: `${stageArn}/*/*`, verb, segments: path.split('/') };
  }),
);

const headersSchema = v.nullish(v.record(v.string(), v.string()), {});
const multiValueHeadersSchema = v.nullish(v.record(v.string(), v.array(v.string())), {});

type Headers = v.InferOutput<typeof headersSchema>;
type MultiValueHeaders = v.InferOutput<typeof multiValueHeadersSchema>;

/** All values of a header, named in lower case; `headers` has the last of them alone. */
function headerValues(name: string, headers: Headers, multiValueHeaders: MultiValueHeaders): readonly string[] {
  const isNamed = ([key]: readonly [string, unknown]) => key.toLowerCase() === name;
  const all = Object.entries(multiValueHeaders).filter(isNamed);
  return all.length > 0
    ? all.flatMap(([, values]) => values)
    : Object.entries(headers)
        .filter(isNamed)
        .map(([, value]) => value);
}

/** Several values of a header as one; undefined where there is none. */
function joinedBy(separator: string, values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(separator);
}

const strings = v.nullish(v.record(v.string(), v.string()), {});

const httpApiEvent = v.pipe(
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

const restRequestEvent = v.pipe(
  v.object({
    type: v.literal('REQUEST'),
    methodArn: methodArnSchema,
    httpMethod: v.string(),
    resource: v.string(),
    headers: headersSchema,
    multiValueHeaders: multiValueHeadersSchema,
    pathParameters: headersSchema,
  }),
  v.transform(({ methodArn, httpMethod, resource, headers, multiValueHeaders, pathParameters }): AuthorizerRequest => {
    const valuesOf = (name: string) => headerValues(name, headers, multiValueHeaders);
    const route = `${httpMethod} ${resource}`;
    if (!isMethodOf(methodArn, httpMethod, resource)) throw disagreement();
    const isBootstrap = route === BOOTSTRAP_ROUTE;
    return {
      authorization: joinedBy(', ', valuesOf('authorization')),
      cookie: joinedBy('; ', valuesOf('cookie')),
      method: httpMethod,
      header: (name) => joinedBy(', ', valuesOf(name)),
      isBootstrap,
      bootstrapUserId: isBootstrap ? bootstrapUser(methodArn, pathParameters.userId) : undefined,
      methodArn,
      route,
    };
  }),
);

/** A bootstrap is allowed on its ARN alone: so it is the ARN that says whose it is, and the parameter must say the same. */
function bootstrapUser(methodArn: MethodArn, parameter: string | undefined): string | undefined {
  const userId = bootstrapUserOf(methodArn);
  if (userId === undefined || parameter === undefined) return undefined;
  if (!isSameUser(userId, parameter)) throw disagreement();
  return isLiteral(methodArn) ? userId : undefined;
}

function disagreement(): MalformedError {
  return new MalformedError('methodArn', 'must name a method of the resource, with its path parameters');
}

const restTokenEvent = v.pipe(
  v.object({
    type: v.literal('TOKEN'),
    methodArn: methodArnSchema,
    authorizationToken: v.optional(v.string()),
  }),
  v.transform(({ methodArn, authorizationToken }): AuthorizerRequest => {
    const userId = bootstrapUserOf(methodArn);
    return {
      authorization: authorizationToken,
      cookie: undefined,
      method: undefined,
      header: () => undefined,
      isBootstrap: userId !== undefined,
      bootstrapUserId: isLiteral(methodArn) ? userId : undefined,
      methodArn,
      route: undefined,
    };
  }),
);

const CONNECT_ARN = /^arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[A-Za-z0-9_-]+\/\$connect$/;

/** What a subprotocol begins with that is no protocol, but the token of a browser, which can send no header of its own. */
const BEARER_PROTOCOL = 'cloakroom.bearer.';

const websocketConnectEvent = v.pipe(
  v.object({
    type: v.literal('REQUEST'),
    methodArn: v.pipe(v.string(), v.regex(CONNECT_ARN, 'must be the ARN of $connect')),
    requestContext: v.object({ routeKey: v.literal('$connect'), eventType: v.literal('CONNECT') }),
    headers: headersSchema,
    multiValueHeaders: multiValueHeadersSchema,
  }),
  v.transform(({ methodArn, requestContext, headers, multiValueHeaders }): AuthorizerRequest => {
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
  }),
);

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

const eventSchema = v.union([httpApiEvent, restRequestEvent, restTokenEvent, websocketConnectEvent]);

/** What is taken for an event, as schemas: slower than the guards of `parseEvent`, and what these are held to. */
export function parseEventBySchema(event: unknown): AuthorizerRequest {
  const result = v.safeParse(eventSchema, event);
  if (result.success) return result.output;
  throw new MalformedError(
    'event',
    'must be of an HTTP API (payload 2.0), a REST API, or the $connect of a WebSocket API',
  );
}
