import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, resources, synthesized } from '../testing/synthesized.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const routes = resources(dev, 'aws_apigatewayv2_route');

/** By route key: who serves it, and what is asked first. */
const EXPECTED = {
  'GET /health': { function: 'health', authorization: 'NONE' },
  'GET /ready': { function: 'health', authorization: 'NONE' },
  'HEAD /health': { function: 'health', authorization: 'NONE' },
  'HEAD /ready': { function: 'health', authorization: 'NONE' },
  'POST /auth/bootstrap-session': { function: 'create_session', authorization: 'NONE' },
  'POST /users/{userId}/sessions': { function: 'create_session', authorization: 'CUSTOM' },
  'GET /users/{userId}/sessions': { function: 'sessions_api', authorization: 'CUSTOM' },
  'DELETE /users/{userId}/sessions': { function: 'sessions_api', authorization: 'CUSTOM' },
  'GET /sessions/{sessionId}': { function: 'sessions_api', authorization: 'CUSTOM' },
  'PUT /sessions/{sessionId}': { function: 'sessions_api', authorization: 'CUSTOM' },
  'DELETE /sessions/{sessionId}': { function: 'sessions_api', authorization: 'CUSTOM' },
  'POST /sessions': { function: 'sessions_api', authorization: 'CUSTOM' },
  'GET /sessions': { function: 'sessions_api', authorization: 'CUSTOM' },
  'GET /sessions/user/{userId}': { function: 'sessions_api', authorization: 'CUSTOM' },
  'POST /users/{userId}/events': { function: 'enqueue_event', authorization: 'CUSTOM' },
  'GET /users/{userId}/events': { function: 'list_events', authorization: 'CUSTOM' },
  'GET /users/{userId}/export': { function: 'user_data', authorization: 'CUSTOM' },
  'DELETE /users/{userId}': { function: 'user_data', authorization: 'CUSTOM' },
};

describe('the routes', () => {
  it('are these, and no others', () => {
    expect(Object.values(routes).map(({ route_key }) => route_key)).toHaveLength(Object.keys(EXPECTED).length);
    expect(new Set(Object.values(routes).map(({ route_key }) => route_key))).toEqual(new Set(Object.keys(EXPECTED)));
  });

  it('ask the authorizer, but for the list of those anybody may reach', () => {
    const open = Object.values(routes).filter(({ authorization_type }) => authorization_type === 'NONE');
    expect(open.map(({ route_key }) => route_key).sort()).toEqual([
      'GET /health',
      'GET /ready',
      'HEAD /health',
      'HEAD /ready',
      'POST /auth/bootstrap-session',
    ]);
    for (const route of Object.values(routes).filter((one) => !open.includes(one))) {
      expect(route).toMatchObject({
        authorization_type: 'CUSTOM',
        authorizer_id: `\${aws_apigatewayv2_authorizer.session.id}`,
        depends_on: expect.arrayContaining(['aws_lambda_permission.authorizer']),
      });
    }
  });

  it.each(Object.entries(EXPECTED))('%s leads to the live version of its function, and may invoke it', (key, want) => {
    const [name, route] = Object.entries(routes).find(([, { route_key }]) => route_key === key) ?? [];
    expect(route?.target).toBe(`integrations/\${aws_apigatewayv2_integration.${want.function}.id}`);
    expect(resource(dev, 'aws_apigatewayv2_integration', want.function)).toEqual({
      api_id: `\${aws_apigatewayv2_api.api.id}`,
      integration_type: 'AWS_PROXY',
      integration_method: 'POST',
      integration_uri: `\${aws_lambda_alias.${want.function}.invoke_arn}`,
      payload_format_version: '2.0',
    });
    expect(route?.depends_on).toContain(`aws_lambda_permission.${name}`);
    const [method, path] = key.split(' ');
    expect(resource(dev, 'aws_lambda_permission', name ?? '')).toEqual({
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      function_name: `\${aws_lambda_alias.${want.function}.function_name}`,
      qualifier: `\${aws_lambda_alias.${want.function}.name}`,
      source_arn: `\${aws_apigatewayv2_api.api.execution_arn}/*/${method}${path?.replace(/\{\w+\}/, '*')}`,
      lifecycle: { create_before_destroy: true },
    });
  });
});

describe("API Gateway's own address", () => {
  const isOff = (publicUrl: string) =>
    resource(synthesized({ ...ENVIRONMENTS.dev, publicUrl }), 'aws_apigatewayv2_api', 'api')
      .disable_execute_api_endpoint;

  it('answers where there is no other', () => {
    expect(resource(dev, 'aws_apigatewayv2_api', 'api').disable_execute_api_endpoint).toBe(false);
  });

  it('is off where clients come by a domain of their operator', () => {
    expect(isOff('https://api.example.com')).toBe(true);
    expect(isOff('https://api.example.com/v1')).toBe(true);
    expect(isOff('https://execute-api.example.com')).toBe(true);
  });

  it.each([
    'https://abc123.execute-api.eu-central-1.amazonaws.com',
    'https://abc123.execute-api.eu-central-1.amazonaws.com./v1',
    'https://d111111abcdef8.cloudfront.net',
  ])('stays on behind %s', (publicUrl) => {
    expect(isOff(publicUrl)).toBe(false);
  });
});

describe('the authorizer', () => {
  const authorizer = resource(dev, 'aws_apigatewayv2_authorizer', 'session');

  it('is asked for every request: no answer is cached, and no identity source can be missing', () => {
    expect(authorizer.authorizer_result_ttl_in_seconds).toBe(0);
    expect(authorizer).not.toHaveProperty('identity_sources');
  });

  it('is the live version of the function, with simple answers to payload 2.0', () => {
    expect(authorizer).toMatchObject({
      authorizer_type: 'REQUEST',
      authorizer_uri: `\${aws_lambda_alias.authorizer.invoke_arn}`,
      authorizer_payload_format_version: '2.0',
      enable_simple_responses: true,
    });
  });

  it('may be invoked by this API as its authorizer, and by nothing else', () => {
    const permissions = Object.values(resources(dev, 'aws_lambda_permission'));
    const own = permissions.filter(({ function_name }) => String(function_name).includes('authorizer'));
    expect(own).toEqual([
      {
        action: 'lambda:InvokeFunction',
        principal: 'apigateway.amazonaws.com',
        function_name: `\${aws_lambda_alias.authorizer.function_name}`,
        qualifier: `\${aws_lambda_alias.authorizer.name}`,
        source_arn: `\${aws_apigatewayv2_api.api.execution_arn}/authorizers/\${aws_apigatewayv2_authorizer.session.id}`,
        lifecycle: { create_before_destroy: true },
      },
    ]);
  });
});

describe('the stage', () => {
  const stage = resource(dev, 'aws_apigatewayv2_stage', 'api');

  it('is at the root, and live as soon as it is applied', () => {
    expect(stage).toMatchObject({ name: '$default', auto_deploy: true });
  });

  it('has both throttle numbers: a missing one would be 0', () => {
    expect(stage.default_route_settings).toMatchObject({ throttling_rate_limit: 50, throttling_burst_limit: 100 });
  });

  it('throttles each route that anybody may reach by itself, so that a flood of one leaves the others theirs', () => {
    const open = Object.entries(routes).filter(([, { authorization_type }]) => authorization_type === 'NONE');
    expect(stage.route_settings).toEqual(
      open.map(([name]) => ({
        // A reference, because AWS refuses settings of a route that is not there yet.
        route_key: `\${aws_apigatewayv2_route.${name}.route_key}`,
        detailed_metrics_enabled: true,
        throttling_rate_limit: 10,
        throttling_burst_limit: 20,
      })),
    );
    expect(open).toHaveLength(5);
  });

  it('gives a route that is named numbers and metrics of its own, and leaves the others theirs', () => {
    const routes = {
      'GET /health': { ratePerSecond: 1, burst: 2 },
      'POST /users/{userId}/events': { ratePerSecond: 3, burst: 4 },
    };
    const limited = synthesized({ ...ENVIRONMENTS.dev, throttle: { ...ENVIRONMENTS.dev.throttle, routes } });
    const settings = resource(limited, 'aws_apigatewayv2_stage', 'api').route_settings as Record<string, unknown>[];
    const of = (name: string) =>
      settings.filter(({ route_key }) => route_key === `\${aws_apigatewayv2_route.${name}.route_key}`);
    const limit = (rate: number, burst: number) =>
      expect.objectContaining({
        detailed_metrics_enabled: true,
        throttling_rate_limit: rate,
        throttling_burst_limit: burst,
      });
    expect(of('get_health')).toEqual([limit(1, 2)]);
    expect(of('post_users_userid_events')).toEqual([limit(3, 4)]);
    expect(of('get_ready')).toEqual([limit(10, 20)]);
    expect(settings).toHaveLength(6);
  });

  it('refuses a limit of a route that is not there, and says which are', () => {
    const routes = { 'POST /auth/session': { ratePerSecond: 1, burst: 2 } };
    const throttle = { ...ENVIRONMENTS.dev.throttle, routes };
    expect(() => synthesized({ ...ENVIRONMENTS.dev, throttle })).toThrow(
      /throttle\.routes: there is no route POST \/auth\/session in this environment; there are .*GET \/health/,
    );
  });

  it('takes limits away before routes go', () => {
    for (const { lifecycle } of Object.values(routes)) expect(lifecycle).toEqual({ create_before_destroy: true });
  });

  it('logs requests as JSON, with nothing that a client sent but its address', () => {
    const settings = stage.access_log_settings as { destination_arn: string; format: string };
    expect(settings.destination_arn).toBe(`\${aws_cloudwatch_log_group.api_access.arn}`);
    const variables = Object.values(JSON.parse(settings.format) as Record<string, string>);
    for (const variable of variables) {
      expect(variable).toMatch(/^\$context\.[A-Za-z.]+$/);
      expect(variable).not.toMatch(/header|cookie|query|path|authorizer\.(?!error)|identity\.(?!sourceIp)/i);
    }
    expect(variables).toContain('$context.identity.sourceIp');
  });

  it.each(['truncated', 'none'] as const)('logs no address where sessions keep %s of it', (ipStorage) => {
    const sessions = { ...ENVIRONMENTS.dev.sessions, ipStorage };
    const other = resource(synthesized({ ...ENVIRONMENTS.dev, sessions }), 'aws_apigatewayv2_stage', 'api');
    expect(JSON.stringify(other.access_log_settings)).not.toContain('identity');
  });
});

describe('CORS', () => {
  it('names the exact origins of the environment, with credentials', () => {
    const api = resource(synthesized(ENVIRONMENTS.prod), 'aws_apigatewayv2_api', 'api');
    expect(api.cors_configuration).toMatchObject({
      allow_origins: ['https://app.example.com'],
      allow_credentials: true,
      allow_methods: ['DELETE', 'GET', 'HEAD', 'POST', 'PUT'],
      allow_headers: ['authorization', 'content-type', 'if-match', 'x-cloakroom-background', 'x-cloakroom-csrf'],
      expose_headers: ['etag', 'retry-after', 'www-authenticate', 'x-next-cursor'],
    });
    expect(JSON.stringify(api.cors_configuration)).not.toContain('*');
  });

  it('comes from the list that the functions get', () => {
    const { environment } = resource(dev, 'aws_lambda_function', 'list_events');
    const { variables } = environment as { variables: Record<string, string> };
    const api = resource(dev, 'aws_apigatewayv2_api', 'api');
    expect(api.cors_configuration).toMatchObject({ allow_origins: JSON.parse(variables.ALLOWED_ORIGINS ?? '') });
  });
});
