import { isObject } from './is-object.ts';

/** What joins the log lines of a request, and those of an invocation. */
export interface RequestIds {
  /** API Gateway's id of the request: in its access log, and in what our answers tell clients. */
  readonly requestId?: string;
  /** Lambda's id of the invocation, under the name that AWS Powertools gives it: in Lambda's own START, END and REPORT lines. */
  readonly function_request_id?: string;
}

/** API Gateway's ids are base64 (HTTP APIs, WebSocket APIs) or UUIDs (REST APIs). */
const REQUEST_ID = /^[\w+/=-]{1,128}$/;

/** The text, if it can be a request id: nothing else that an event brings gets into a log line as one. */
export function parseRequestId(value: unknown): string | undefined {
  return typeof value === 'string' && REQUEST_ID.test(value) ? value : undefined;
}

/** The gateway's request id of an event of any kind that brings one (`requestContext.requestId`). */
export function gatewayRequestId(event: unknown): string | undefined {
  const gateway = isObject(event) ? event.requestContext : undefined;
  return isObject(gateway) ? parseRequestId(gateway.requestId) : undefined;
}

/** The ids of an invocation; each is left out where there is none. */
export function requestIdsOf(event: unknown, lambdaContext: unknown): RequestIds {
  const requestId = gatewayRequestId(event);
  const invocation = isObject(lambdaContext) ? parseRequestId(lambdaContext.awsRequestId) : undefined;
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(invocation === undefined ? {} : { function_request_id: invocation }),
  };
}
