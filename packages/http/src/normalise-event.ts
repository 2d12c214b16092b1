import { randomUUID } from 'node:crypto';
import { gatewayRequestId, isObject, parseCaller, parseRequestId } from '@cloakroom/core';
import type { Payload, Texts } from './dialect.ts';
import type { HttpRequest } from './route.ts';

/** An object of which nothing is known yet. */
type UnknownRecord = Readonly<Record<string, unknown>>;

/** The value if it is an object, else one without properties: whatever is read from it must be checked. */
function asRecord(value: unknown): UnknownRecord {
  return isObject(value) ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The properties that are texts, each through `convert`. */
function stringsOf(value: unknown, convert: (value: string) => string): Texts {
  const result: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(asRecord(value))) {
    if (isText(text)) result[name] = convert(text);
  }
  return result;
}

/**
 * The headers of an event under lower-case names. Nothing that was sent twice is dropped: payload 2.0 joins values by a
 * comma itself, and payload 1.0 (`multiValueHeaders`) is joined the same way, so that both give the same text.
 */
function collectHeaders(event: UnknownRecord): Texts {
  const values = collect(event.headers, event.multiValueHeaders, (name) => name.toLowerCase());
  // Payload 2.0 has taken them out of the headers. Were they in both places, each would look like a planted duplicate.
  const cookies = list(event.cookies);
  if (cookies.length > 0) values.set('cookie', cookies);
  const cookie = values.get('cookie');
  if (cookie !== undefined) values.set('cookie', [cookie.join('; ')]);
  return joined(values);
}

/** The query of an event, decoded by the gateway; values of a name sent twice are joined by a comma, as payload 2.0 does. */
function collectQuery(event: UnknownRecord): Texts {
  return joined(collect(event.queryStringParameters, event.multiValueQueryStringParameters, (name) => name));
}

/** `many` holds every value where it is there; `single` only the last one of each. */
function collect(single: unknown, many: unknown, rename: (name: string) => string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  const add = (name: string, found: readonly string[]) => {
    if (found.length > 0) values.set(rename(name), [...(values.get(rename(name)) ?? []), ...found]);
  };
  for (const [name, found] of Object.entries(asRecord(many))) add(name, list(found));
  const seen = new Set(values.keys());
  for (const [name, found] of Object.entries(asRecord(single))) {
    if (!seen.has(rename(name))) add(name, list([found]));
  }
  return values;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

function joined(values: ReadonlyMap<string, readonly string[]>): Texts {
  const result: Record<string, string> = Object.create(null);
  for (const [name, found] of values) result[name] = found.join(',');
  return result;
}

export interface Incoming {
  readonly request: HttpRequest;
  readonly payload: Payload;
}

/**
 * Makes one request of an HTTP API event (payload 2.0), a REST proxy event (payload 1.0), or as little of either as
 * `{"httpMethod":"GET","path":"/health"}`. Never throws: from junk comes a request that no route answers.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function normaliseEvent(value: unknown, lambdaContext: unknown): Incoming {
  const event = asRecord(value);
  const gateway = asRecord(event.requestContext);
  const http = asRecord(gateway.http);
  const identity = asRecord(gateway.identity);
  const headers = collectHeaders(event);
  const routeKey = routeKeyOf(event);
  return {
    payload: payloadOf(event, headers['content-length']),
    request: {
      routeKey,
      method: text(http.method, event.httpMethod, routeKey.split(' ')[0]) ?? '',
      pathParameters: pathParametersOf(event),
      query: collectQuery(event),
      headers,
      body: undefined,
      caller: parseCaller(asRecord(gateway.authorizer).lambda ?? gateway.authorizer),
      user: undefined,
      administers: [],
      rights: [],
      ip: text(http.sourceIp, identity.sourceIp),
      userAgent: text(http.userAgent, identity.userAgent, headers['user-agent']),
      requestId: gatewayRequestId(event) ?? parseRequestId(asRecord(lambdaContext).awsRequestId) ?? randomUUID(),
    },
  };
}

/** `rawPath` is never looked at: HTTP APIs decode it, so a `%2F` could talk its way to another route. */
function routeKeyOf({ routeKey, httpMethod, resource, path }: UnknownRecord): string {
  if (isText(routeKey)) return routeKey;
  const template = resource ?? path;
  return isText(httpMethod) && isText(template) ? `${httpMethod} ${template}` : '';
}

/** HTTP APIs decode path parameters, twice; REST APIs hand them on as they were sent. */
function pathParametersOf({ routeKey, pathParameters }: UnknownRecord): Texts {
  return stringsOf(pathParameters, isText(routeKey) ? (value) => value : decodeOnce);
}

function decodeOnce(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a stray % stays what it is, and names nobody
  }
}

function payloadOf({ body, isBase64Encoded }: UnknownRecord, sentBytes: string | undefined): Payload {
  if (body === undefined || body === null || body === '') return undefined;
  if (!isText(body)) return 'undecodable';
  if (isBase64Encoded === true) {
    const bytes = Buffer.from(body, 'base64');
    return bytes.toString('base64') === body ? bytes : 'undecodable';
  }
  const bytes = Buffer.from(body);
  return body.isWellFormed() && !isRepaired(body, bytes, sentBytes) ? bytes : 'undecodable';
}

/**
 * Bytes that are not UTF-8 have become U+FFFD by the time a gateway hands over text. A client may send that character too; then the
 * body is as long as it was sent.
 */
function isRepaired(body: string, { length }: Buffer, sentBytes: string | undefined): boolean {
  return body.includes('\uFFFD') && sentBytes !== undefined && sentBytes !== String(length);
}

function text(...candidates: readonly unknown[]): string | undefined {
  return candidates.find(isText);
}
