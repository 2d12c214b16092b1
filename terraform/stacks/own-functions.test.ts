import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { OWN, withOwnRoutes } from '../testing/own-environment.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';

const prod = synthesized(withOwnRoutes(ENVIRONMENTS.prod));
const routes = resources(prod, 'aws_apigatewayv2_route');

describe('a function of a team', () => {
  it('has a name, a size and variables as it was given them, and nothing else', () => {
    expect(resource(prod, 'aws_lambda_function', 'own_orders')).toEqual({
      function_name: 'cloakroom-prod-orders',
      role: `\${aws_iam_role.own_orders.arn}`,
      architectures: ['arm64'],
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      filename: '../own/orders.zip',
      source_code_hash: expect.any(String),
      publish: true,
      memory_size: 256,
      timeout: 5,
      tracing_config: { mode: 'PassThrough' },
      environment: { variables: { ORDERS_TABLE: 'shop-orders' } },
      depends_on: [
        'aws_iam_role_policy.own_orders',
        'aws_iam_role_policy.own_orders_runtime',
        'aws_cloudwatch_log_group.own_orders',
      ],
    });
  });

  it('has sizes that nobody named, and stays outside of the VPC', () => {
    const prices = resource(prod, 'aws_lambda_function', 'own_price_list');
    expect(prices).toMatchObject({ memory_size: 512, timeout: 15 });
    expect(prices).not.toHaveProperty('vpc_config');
  });

  it('has no variables where it needs none: an empty block would be a change at every plan', () => {
    expect(resource(prod, 'aws_lambda_function', 'own_price_list')).not.toHaveProperty('environment');
  });

  it('has a role of its own that may do what was said, and write its log', () => {
    expect(statementsOf(resource(prod, 'aws_iam_role_policy', 'own_orders').policy)).toEqual([
      {
        Sid: 'Own1',
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: ['arn:aws:dynamodb:eu-central-1:123456789012:table/shop-orders'],
      },
    ]);
    expect(statementsOf(resource(prod, 'aws_iam_role_policy', 'own_orders_runtime').policy)).toEqual([
      expect.objectContaining({ Sid: 'WriteLog', Resource: [`\${aws_cloudwatch_log_group.own_orders.arn}:*`] }),
    ]);
    expect(resource(prod, 'aws_iam_role', 'own_orders')).toMatchObject({ name: 'cloakroom-prod-orders' });
  });

  it('has no policy that allows nothing: IAM would refuse it', () => {
    expect(resources(prod, 'aws_iam_role_policy')).not.toHaveProperty('own_price_list');
  });

  it("keeps its log as Cloakroom's functions do", () => {
    const { name, ...kept } = resource(prod, 'aws_cloudwatch_log_group', 'own_orders');
    const { name: _, ...ours } = resource(prod, 'aws_cloudwatch_log_group', 'authorizer');
    expect(name).toBe('/aws/lambda/cloakroom-prod-orders');
    expect(kept).toEqual(ours);
  });

  it('is among the outputs by its name, apart from those of Cloakroom', () => {
    const { OwnFunctionNames, FunctionNames } = prod.output as Record<string, { value: object }>;
    expect(OwnFunctionNames?.value).toEqual({
      orders: `\${aws_lambda_alias.own_orders.function_name}`,
      'price-list': `\${aws_lambda_alias.own_price_list.function_name}`,
    });
    expect(Object.keys(FunctionNames?.value ?? {})).not.toContain('orders');
    expect(synthesized(ENVIRONMENTS.prod).output).not.toHaveProperty('OwnFunctionNames');
  });
});

describe('a route of a team', () => {
  it.each(Object.entries(OWN.routes))('%s asks the authorizer, and then leads to %s', (routeKey, name) => {
    const id = `own_${name.replaceAll('-', '_')}`;
    const [address, route] = Object.entries(routes).find(([, { route_key }]) => route_key === routeKey) ?? [];
    expect(route).toEqual({
      api_id: `\${aws_apigatewayv2_api.api.id}`,
      route_key: routeKey,
      authorization_type: 'CUSTOM',
      authorizer_id: `\${aws_apigatewayv2_authorizer.session.id}`,
      target: `integrations/\${aws_apigatewayv2_integration.${id}.id}`,
      depends_on: [`aws_lambda_permission.${address}`, 'aws_lambda_permission.authorizer'],
      lifecycle: { create_before_destroy: true },
    });
    expect(resource(prod, 'aws_apigatewayv2_integration', id)).toMatchObject({
      integration_uri: `\${aws_lambda_alias.${id}.invoke_arn}`,
      payload_format_version: '2.0',
    });
    const [method, path] = routeKey.split(' ');
    expect(resource(prod, 'aws_lambda_permission', address ?? '')).toMatchObject({
      function_name: `\${aws_lambda_alias.${id}.function_name}`,
      qualifier: `\${aws_lambda_alias.${id}.name}`,
      source_arn: `\${aws_apigatewayv2_api.api.execution_arn}/*/${method}${path?.replace(/\{\w+\}/, '*')}`,
    });
  });

  it('is open to nobody: those that ask no authorizer are the same as without', () => {
    const open = (named: typeof routes) =>
      Object.values(named).flatMap(({ authorization_type, route_key }) =>
        authorization_type === 'NONE' ? [route_key] : [],
      );
    expect(open(routes)).toEqual(open(resources(synthesized(ENVIRONMENTS.prod), 'aws_apigatewayv2_route')));
  });

  it('may have limits of its own', () => {
    const limits = { ratePerSecond: 7, burst: 17 };
    const throttle = { ...ENVIRONMENTS.dev.throttle, routes: { 'PATCH /orders/{orderId}': limits } };
    const { route_settings } = resource(
      synthesized(withOwnRoutes({ ...ENVIRONMENTS.dev, throttle })),
      'aws_apigatewayv2_stage',
      'api',
    );
    expect(route_settings).toContainEqual({
      route_key: `\${aws_apigatewayv2_route.patch_orders_orderid.route_key}`,
      detailed_metrics_enabled: true,
      throttling_rate_limit: 7,
      throttling_burst_limit: 17,
    });
  });

  it('may be called by pages with its method', () => {
    expect(resource(prod, 'aws_apigatewayv2_api', 'api').cors_configuration).toMatchObject({
      allow_methods: ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'],
    });
  });
});

it('an environment without any is as it was before there were some', () => {
  for (const environment of Object.values(EXAMPLES)) {
    const { own: _, ...without } = environment;
    expect(synthesized({ ...environment, own: { functions: {}, routes: {} } })).toEqual(synthesized(without));
  }
});

it('may have a limit of its own for each of its routes', () => {
  const limits = { 'GET /orders': { ratePerSecond: 5, burst: 6 } };
  const throttle = { ...ENVIRONMENTS.prod.throttle, routes: limits };
  const stage = resource(
    synthesized(withOwnRoutes({ ...ENVIRONMENTS.prod, throttle })),
    'aws_apigatewayv2_stage',
    'api',
  );
  expect(stage.route_settings).toContainEqual({
    route_key: `\${aws_apigatewayv2_route.get_orders.route_key}`,
    detailed_metrics_enabled: true,
    throttling_rate_limit: 5,
    throttling_burst_limit: 6,
  });
  expect(() => synthesized({ ...ENVIRONMENTS.prod, throttle })).toThrow('there is no route GET /orders');
});
