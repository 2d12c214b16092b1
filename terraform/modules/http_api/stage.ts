import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { createLogGroup, type LogSettings } from '../monitoring/log-group.ts';

/**
 * One JSON line for each request. Never a header, a cookie, a query or a path: a route key tells the route, and what a
 * person sent stays out of the log.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  responseMs: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationMs: '$context.integration.latency',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integration.error',
};
/** Only where addresses are kept whole: API Gateway cannot truncate one. */
const CLIENT_IP_FIELD = { ip: '$context.identity.sourceIp' };

/** How much is let through, of all clients together: both numbers, since the provider sends 0 for a missing one. */
export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface RouteThrottle {
  readonly routeKey: string;
  readonly throttle: Throttle;
}

export interface StageProps {
  readonly apiId: string;
  /** Of the API. */
  readonly name: string;
  /** Of all routes. */
  readonly throttle: Throttle;
  /** Of single routes. Their keys are references, so that the stage comes after its routes when they come, and before them when they go. */
  readonly routeThrottles: readonly RouteThrottle[];
  readonly logs: LogSettings;
  /** Whether the access log holds the clients' addresses. */
  readonly logsClientIp: boolean;
}

/**
 * The one stage, at the root of the API's address; changes are deployed as they are applied. AWS refuses a stage with a setting
 * of a route that is not there.
 */
export function createStage(
  scope: Construct,
  id: string,
  props: StageProps,
): { stage: Apigatewayv2Stage; accessLogName: string } {
  // This prefix keeps the account's log resource policy, which has a size limit, from growing with every API.
  const logName = `/aws/vendedlogs/apigateway/${props.name}`;
  const log = createLogGroup(scope, `${id}_access`, { ...props.logs, name: logName });
  const stage = new Apigatewayv2Stage(scope, 'stage', {
    apiId: props.apiId,
    name: '$default',
    autoDeploy: true,
    accessLogSettings: {
      destinationArn: log.arn,
      format: JSON.stringify({ ...ACCESS_LOG_FIELDS, ...(props.logsClientIp ? CLIENT_IP_FIELD : {}) }),
    },
    defaultRouteSettings: routeSettings(props.throttle),
    routeSettings: props.routeThrottles.map(({ routeKey, throttle }) => ({ routeKey, ...routeSettings(throttle) })),
  });
  return { stage: fixedId(stage, id), accessLogName: log.name };
}

function routeSettings({ ratePerSecond, burst }: Throttle) {
  return { detailedMetricsEnabled: true, throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst };
}
