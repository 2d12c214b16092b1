import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import { clfTime } from './event.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** What one request came to. */
export interface AccessLogEntry {
  readonly request: GatewayRequest;
  readonly apiId: string;
  readonly stage: string;
  /** Absent when no route matched. */
  readonly routeKey?: string;
  readonly status: number;
  readonly responseBytes: number;
  readonly responseMs: number;
  readonly authorizerContext?: Readonly<Record<string, unknown>>;
  readonly authorizerStatus?: number;
  readonly authorizerError?: string;
  readonly authorizerMs?: number;
  readonly integrationStatus?: number;
  readonly integrationError?: string;
  readonly integrationMs?: number;
  /** The gateway's own message, when the answer is the gateway's. */
  readonly errorMessage?: string;
}

/** `-` for a variable without a value, as on AWS. */
const NOTHING = '-';

/**
 * One access log line: the stage's format with its `$context` variables filled in. There are no variables for headers, so
 * no credential can get here. Values are escaped as inside JSON text, so that a JSON format stays JSON.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function accessLogLine(format: string, entry: AccessLogEntry): string {
  const variables = contextVariables(entry);
  return format.replace(/\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)/g, (_, name: string) => {
    const property = name.startsWith('authorizer.')
      ? entry.authorizerContext?.[name.slice('authorizer.'.length)]
      : undefined;
    return JSON.stringify(String(variables[name] ?? property ?? NOTHING)).slice(1, -1);
  });
}

function contextVariables(entry: AccessLogEntry): Readonly<Record<string, string | number | undefined>> {
  const { request } = entry;
  return {
    accountId: LOCAL_ACCOUNT_ID,
    apiId: entry.apiId,
    'authorizer.error': entry.authorizerError,
    'authorizer.latency': entry.authorizerMs,
    'authorizer.status': entry.authorizerStatus,
    domainName: request.headers.host?.replace(/:\d+$/, ''),
    'error.message': entry.errorMessage,
    'error.messageString': entry.errorMessage === undefined ? undefined : JSON.stringify(entry.errorMessage),
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'],
    'integration.error': entry.integrationError,
    'integration.integrationStatus': entry.integrationStatus,
    'integration.latency': entry.integrationMs,
    'integration.status': entry.integrationStatus,
    integrationErrorMessage: entry.integrationError,
    integrationLatency: entry.integrationMs,
    integrationStatus: entry.integrationStatus,
    path: request.target.rawPath,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: clfTime(request.timeMs),
    requestTimeEpoch: request.timeMs,
    responseLatency: entry.responseMs,
    responseLength: entry.responseBytes,
    routeKey: entry.routeKey,
    stage: entry.stage,
    status: entry.status,
  };
}
