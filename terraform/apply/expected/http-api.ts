import type { Variant } from './variant.ts';

/** A route that anybody may call, and the function that serves it. */
const anybody = (name: string) => route('NONE', name);
/** A route that the authorizer is asked for first. */
const session = (name: string) => ({ ...route('CUSTOM', name), AuthorizerId: 'authorizer session' });

const ROUTES = {
  'GET /health': anybody('health'),
  'GET /ready': anybody('health'),
  'HEAD /health': anybody('health'),
  'HEAD /ready': anybody('health'),
  'POST /auth/bootstrap-session': anybody('create-session'),
  'POST /users/{userId}/sessions': session('create-session'),
  'GET /users/{userId}/sessions': session('sessions-api'),
  'DELETE /users/{userId}/sessions': session('sessions-api'),
  'GET /sessions/{sessionId}': session('sessions-api'),
  'PUT /sessions/{sessionId}': session('sessions-api'),
  'DELETE /sessions/{sessionId}': session('sessions-api'),
  'POST /sessions': session('sessions-api'),
  'GET /sessions': session('sessions-api'),
  'GET /sessions/user/{userId}': session('sessions-api'),
  'POST /users/{userId}/events': session('enqueue-event'),
  'GET /users/{userId}/events': session('list-events'),
  'GET /users/{userId}/export': session('user-data'),
  'DELETE /users/{userId}': session('user-data'),
};

function route(AuthorizationType: 'CUSTOM' | 'NONE', name: string) {
  return {
    AuthorizationType,
    ApiKeyRequired: false,
    integration: {
      IntegrationType: 'AWS_PROXY',
      IntegrationMethod: 'POST',
      PayloadFormatVersion: '2.0',
      ConnectionType: 'INTERNET',
      TimeoutInMillis: 30_000,
      invokes: `function ${name}:live`,
    },
  };
}

/** The authorizer is asked at every request: no cache, and no identity source without which it would not be asked. */
const AUTHORIZERS = {
  session: {
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerResultTtlInSeconds: 0,
    EnableSimpleResponses: true,
    IdentitySource: [],
    invokes: 'function authorizer:live',
  },
};

/** No header, cookie, query or path. */
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
  ip: '$context.identity.sourceIp',
};

/** The one HTTP API. */
export function expectedApis({ allowedOrigins, throttle }: Variant) {
  const limits = ({ ratePerSecond, burst }: Variant['throttle']['all']) => ({
    DetailedMetricsEnabled: true,
    ThrottlingRateLimit: ratePerSecond,
    ThrottlingBurstLimit: burst,
  });
  return {
    cloakroom: {
      ProtocolType: 'HTTP',
      // What HTTP APIs have, and cannot change.
      RouteSelectionExpression: '$request.method $request.path',
      ApiKeySelectionExpression: '$request.header.x-api-key',
      DisableExecuteApiEndpoint: false,
      CorsConfiguration: {
        AllowCredentials: true,
        AllowOrigins: allowedOrigins,
        AllowMethods: ['DELETE', 'GET', 'HEAD', 'POST', 'PUT'],
        AllowHeaders: ['authorization', 'content-type', 'if-match', 'x-cloakroom-background', 'x-cloakroom-csrf'],
        ExposeHeaders: ['etag', 'retry-after', 'www-authenticate', 'x-next-cursor'],
        MaxAge: 600,
      },
      authorizers: AUTHORIZERS,
      routes: ROUTES,
      unusedIntegrations: [],
      stages: {
        $default: {
          AutoDeploy: true,
          DefaultRouteSettings: limits(throttle.all),
          RouteSettings: {
            'GET /health': limits(throttle.publicRoute),
            'GET /ready': limits(throttle.publicRoute),
            'HEAD /health': limits(throttle.publicRoute),
            'HEAD /ready': limits(throttle.publicRoute),
            'POST /auth/bootstrap-session': limits(throttle.publicRoute),
          },
          accessLog: { DestinationArn: 'log /aws/vendedlogs/apigateway/cloakroom', fields: ACCESS_LOG_FIELDS },
        },
      },
    },
  };
}
