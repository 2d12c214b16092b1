/*
 * What stands besides where a team has routes of its own, written down for people, and not taken from the code that makes it.
 */

const asked = (name: string) => ({
  AuthorizationType: 'CUSTOM',
  AuthorizerId: 'authorizer session',
  integration: { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', invokes: `function ${name}:live` },
});

const mayInvoke = (name: string, source: string) => ({
  allow: ['lambda:InvokeFunction'],
  to: ['Service apigateway.amazonaws.com'],
  on: [`function ${name}:live`],
  when: { 'ArnLike AWS:SourceArn': [`api cloakroom/*/${source}`] },
});

/** @param runtime Node's, as it was applied */
export function expectedForOwnRoutes(runtime: string) {
  return {
    apis: {
      cloakroom: {
        CorsConfiguration: { AllowMethods: ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] },
        routes: {
          'GET /orders': asked('orders'),
          'PATCH /orders/{orderId}': asked('orders'),
          'GET /prices': asked('price-list'),
        },
      },
    },
    functions: {
      orders: {
        Runtime: runtime,
        Handler: 'index.handler',
        MemorySize: 256,
        Timeout: 5,
        Role: 'role orders',
        variables: { ORDERS_TABLE: 'shop-orders' },
        aliases: { live: { FunctionVersion: '1' } },
        invokers: [mayInvoke('orders', 'GET/orders'), mayInvoke('orders', 'PATCH/orders/*')],
      },
      'price-list': {
        Runtime: runtime,
        MemorySize: 512,
        Timeout: 15,
        Role: 'role price-list',
        invokers: [mayInvoke('price-list', 'GET/prices')],
      },
    },
    roles: {
      orders: {
        policies: {
          code: [
            {
              Sid: 'Own1',
              allow: ['dynamodb:GetItem', 'dynamodb:PutItem'],
              on: ['arn:aws:dynamodb:eu-central-1:123456789012:table/shop-orders'],
            },
          ],
        },
      },
      'price-list': {
        policies: {
          runtime: [
            {
              Sid: 'WriteLog',
              allow: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              on: ['log /aws/lambda/price-list:*'],
            },
          ],
        },
      },
    },
    logGroups: {
      '/aws/lambda/orders': { retentionInDays: 7 },
      '/aws/lambda/price-list': { retentionInDays: 7 },
    },
  };
}
