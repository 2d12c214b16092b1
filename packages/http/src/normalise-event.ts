import { randomUUID } from 'node:crypto';
import { parseCaller } from '@cloakroom/core';
import { collectHeaders, collectQuery } from './fields.ts';
import type { HttpRequest, Texts } from './route.ts';
import { asRecord, isText, stringsOf, type UnknownRecord } from './unknown-record.ts';

/** The body's bytes; `undecodable` when they are not what a gateway sends; undefined when there is none. */
export type Payload = Buffer | 'undecodable' | undefined;

export interface Incoming {
  readonly request: HttpRequest;
  readonly payload: Payload;
}

const REQUEST_ID = /^[\w=-]{1,128}$/;

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
    payload: payloadOf(event),
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
      ip: text(http.sourceIp, identity.sourceIp),
      userAgent: text(http.userAgent, identity.userAgent, headers['user-agent']),
      requestId: requestIdOf(gateway.requestId, asRecord(lambdaContext).awsRequestId),
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

function payloadOf({ body, isBase64Encoded }: UnknownRecord): Payload {
  if (body === undefined || body === null || body === '') return undefined;
  if (!isText(body)) return 'undecodable';
  if (isBase64Encoded === true) {
    const bytes = Buffer.from(body, 'base64');
    return bytes.toString('base64') === body ? bytes : 'undecodable';
  }
  // Bytes that are not UTF-8 have become U+FFFD by the time a gateway hands over text.
  return body.isWellFormed() && !body.includes('\uFFFD') ? Buffer.from(body) : 'undecodable';
}

function requestIdOf(...candidates: readonly unknown[]): string {
  return candidates.find((id): id is string => isText(id) && REQUEST_ID.test(id)) ?? randomUUID();
}

function text(...candidates: readonly unknown[]): string | undefined {
  return candidates.find(isText);
}
