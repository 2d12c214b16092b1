import type { LambdaService } from '../lambda/lambda-service.ts';
import type { AccessLogEntry } from './access-log.ts';
import { authorize } from './authorize.ts';
import type { GatewayConfiguration, GatewayRoute } from './configuration.ts';
import { isPreflight, preflightHeaders, withCors } from './cors.ts';
import { type EventContext, integrationEvent } from './event.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { invoke, MAX_PAYLOAD_BYTES } from './invoke.ts';
import { type GatewayAnswer, gatewayAnswer, parseLambdaAnswer } from './lambda-answer.ts';
import { createRouteTable } from './route-table.ts';

/** What the access log should know of how an answer came about. */
type Trace = Partial<Omit<AccessLogEntry, 'request' | 'apiId' | 'stage' | 'status' | 'responseBytes' | 'responseMs'>>;

/** An answer, and how it came about. */
export interface Handled {
  readonly answer: GatewayAnswer;
  readonly trace: Trace;
}

const MESSAGES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type GatewayStatus = keyof typeof MESSAGES;

/** An answer of the gateway itself. */
export function refuse(status: GatewayStatus, trace: Trace = {}): Handled {
  return { answer: gatewayAnswer(status, MESSAGES[status]), trace: { ...trace, errorMessage: MESSAGES[status] } };
}

/**
 * The decisions of an HTTP API: CORS, route, authorizer, integration, and the answers of the gateway itself.
 *
 * @throws StackError when a route key is malformed
 */
export function createGateway(configuration: GatewayConfiguration, lambda: Pick<LambdaService, 'invoke'>) {
  const match = createRouteTable(configuration.routes);

  async function route(request: GatewayRequest): Promise<Handled> {
    const found = match(request.method, request.target.routePath);
    if (found === undefined) return refuse(404);
    const { apiId, region, stage } = configuration;
    const { routeKey } = found.route;
    const context: EventContext = { apiId, region, stage, routeKey, pathParameters: found.pathParameters };
    return serve(lambda, found.route, { request, context });
  }

  return async (request: GatewayRequest): Promise<Handled> => {
    const { cors } = configuration;
    if (cors !== undefined && isPreflight(request)) {
      const headers = preflightHeaders(cors, request);
      return { answer: { status: 204, headers, cookies: [], body: Buffer.alloc(0) }, trace: {} };
    }
    const { answer, trace } = await route(request);
    return { answer: { ...answer, headers: withCors(cors, request, answer.headers) }, trace };
  };
}

interface Routed {
  readonly request: GatewayRequest;
  readonly context: EventContext;
}

async function serve(lambda: Pick<LambdaService, 'invoke'>, route: GatewayRoute, routed: Routed): Promise<Handled> {
  const { routeKey, authorizer } = route;
  if (authorizer === undefined) return integrate(lambda, route, { ...routed, trace: { routeKey } });
  const startedMs = performance.now();
  const decision = await authorize(lambda, authorizer, routed);
  const trace = {
    routeKey,
    authorizerMs: since(startedMs),
    authorizerStatus: decision.allowed ? 200 : decision.status,
  };
  if (decision.allowed) {
    return integrate(lambda, route, { ...routed, trace: { ...trace, authorizerContext: decision.context } });
  }
  return refuse(decision.status, decision.error === undefined ? trace : { ...trace, authorizerError: decision.error });
}

async function integrate(
  lambda: Pick<LambdaService, 'invoke'>,
  { integration }: GatewayRoute,
  { request, context, trace }: Routed & { readonly trace: Trace },
): Promise<Handled> {
  const event = JSON.stringify(integrationEvent(request, context, trace.authorizerContext));
  if (Buffer.byteLength(event) > MAX_PAYLOAD_BYTES) return refuse(413, trace);
  const startedMs = performance.now();
  const outcome = await invoke(lambda, integration, event);
  const seen = { ...trace, integrationMs: since(startedMs) };
  if (outcome.kind === 'timed-out') return refuse(503, { ...seen, integrationError: 'the function timed out' });
  if (outcome.kind === 'failed') {
    return refuse(500, { ...seen, integrationStatus: 200, integrationError: outcome.errorMessage });
  }
  const answer = parseLambdaAnswer(outcome.payload);
  if (answer === undefined)
    return refuse(500, { ...seen, integrationStatus: 200, integrationError: 'the answer is malformed' });
  return { answer, trace: { ...seen, integrationStatus: answer.status } };
}

function since(startedMs: number): number {
  return Math.round(performance.now() - startedMs);
}
