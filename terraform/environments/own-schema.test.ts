import { describe, expect, it } from '@jest/globals';
import { FUNCTION_NAMES } from '../stacks/functions/index.ts';
import { ROUTES } from '../stacks/routes.ts';
import { OWN } from '../testing/own-environment.ts';
import { parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';
import { CLOAKROOM_PATHS } from './own-route-problems.ts';
import { CLOAKROOM_FUNCTIONS } from './own-schema.ts';

const entry = 'apps/orders/handler.ts';
const parse = (own: unknown) => parseEnvironment({ ...ENVIRONMENTS.dev, own });
/** With one route of a function, and something about the function. */
const withFunction = (given: object, name = 'orders') => ({
  functions: { [name]: { entry, ...given } },
  routes: { 'GET /orders': name },
});
const withRoutes = (...routeKeys: readonly string[]) => ({
  functions: { orders: { entry } },
  routes: Object.fromEntries(routeKeys.map((key) => [key, 'orders'])),
});
const allowing = (actions: readonly string[], resources: readonly string[]) =>
  withFunction({ statements: [{ actions, resources }] });
const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-orders';

describe('routes of a team', () => {
  it('are taken as they are', () => {
    expect(parse(OWN).own).toEqual(OWN);
    expect(parse({ functions: {}, routes: {} }).own).toEqual({ functions: {}, routes: {} });
  });

  it.each([
    TABLE,
    `${TABLE}/index/*`,
    'arn:aws:s3:::shop-pictures/*',
    'arn:aws:s3:::shop-pictures/small/*',
    'arn:aws:sqs:eu-central-1:123456789012:shop-orders',
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf',
  ])('may reach %s', (arn) => {
    expect(() => parse(allowing(['dynamodb:GetItem'], [arn]))).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['a name in capitals', withFunction({}, 'Orders'), 'own.functions.Orders: must be 1 to 32 of a-z, 0-9 and -'],
    ['a name too long', withFunction({}, 'a'.repeat(33)), 'must be 1 to 32'],
    ['a function of Cloakroom', withFunction({}, 'health'), 'own.functions.health: is a function of Cloakroom'],
    ['the name of a policy', withFunction({}, 'orders-runtime'), 'must not end in -runtime'],
    ['a file above', withFunction({ entry: '../handler.ts' }), 'entry: must be a path inside the repository'],
    ['a file above, later', withFunction({ entry: 'a/../../b.ts' }), 'entry: must be a path inside the repository'],
    ['an absolute path', withFunction({ entry: '/handler.ts' }), 'entry: must be a path inside the repository'],
    ['a file of another language', withFunction({ entry: 'apps/handler.py' }), 'entry: must be a file of TypeScript'],
    ['no memory', withFunction({ memoryMb: 64 }), 'own.functions.orders.memoryMb'],
    ['too much time', withFunction({ timeoutSeconds: 31 }), 'must be at most 30: API Gateway waits no longer'],
    ['a field that is none', withFunction({ public: true }), 'own.functions.orders.public'],
    ["a variable of Lambda's", withFunction({ variables: { AWS_REGION: 'x' } }), 'variables that Lambda reserves'],
    ['variables too large', withFunction({ variables: { AB: 'x'.repeat(5000) } }), 'Lambda takes 4096 B'],
    ['a variable with a hyphen', withFunction({ variables: { 'A-B': 'x' } }), 'must be a name that Lambda takes'],
    ['every action', allowing(['*'], [TABLE]), 'must be one action of IAM'],
    ['all actions of a service', allowing(['dynamodb:*'], [TABLE]), 'must be one action of IAM'],
    ['every resource', allowing(['dynamodb:GetItem'], ['*']), 'must be the ARN of one thing'],
    [
      'every table',
      allowing(['dynamodb:GetItem'], [TABLE.replace('shop-orders', '*')]),
      'must be the ARN of one thing',
    ],
    ['many tables', allowing(['dynamodb:GetItem'], [`${TABLE}*`]), 'must be the ARN of one thing'],
    ['no resource', allowing(['dynamodb:GetItem'], []), 'own.functions.orders.statements.0.resources'],
    [
      'the table of sessions',
      allowing(['dynamodb:PutItem'], [TABLE.replace('shop-orders', 'cloakroom-dev-sessions')]),
      "own.functions.orders.statements: arn:aws:dynamodb:eu-central-1:123456789012:table/cloakroom-dev-sessions is Cloakroom's own",
    ],
    [
      'the stream of sessions',
      allowing(['dynamodb:GetRecords'], [TABLE.replace('shop-orders', 'cloakroom-dev-sessions/stream/*')]),
      "is Cloakroom's own",
    ],
    [
      'the secret of a client',
      allowing(
        ['secretsmanager:GetSecretValue'],
        ['arn:aws:secretsmanager:r:123456789012:secret:cloakroom-dev/pool-client-a'],
      ),
      "is Cloakroom's own",
    ],
    [
      'a reference of Terraform',
      withFunction({ variables: { AB: '${aws_dynamodb_table.sessions.arn}' } }),
      'no value may',
    ],
    ['a route key that is none', withRoutes('ANY /orders'), 'own: ANY /orders must be a method and a path'],
    ['a path that takes all', withRoutes('GET /{proxy+}'), 'own: GET /{proxy+} must be a method and a path'],
    ['a path that may be any', withRoutes('GET /{shop}/orders'), 'GET /{shop}/orders would take any path'],
    ['a route of Cloakroom', withRoutes('GET /health'), "GET /health: paths below /health are Cloakroom's own"],
    ['a route beside ours', withRoutes('GET /users/{userId}/orders'), "paths below /users are Cloakroom's own"],
    [
      'two names of a parameter',
      withRoutes('GET /orders/{id}', 'GET /orders/{orderId}'),
      'own: GET /orders/{id} and GET /orders/{orderId} are one route to API Gateway: drop one',
    ],
    [
      'two routes with one address',
      withRoutes('GET /orders/id', 'GET /orders/{id}'),
      'own: GET /orders/id and GET /orders/{id} would have one address in Terraform',
    ],
    [
      'a route to nowhere',
      { functions: {}, routes: { 'GET /orders': 'orders' } },
      'own: GET /orders is for orders, which is none of own.functions',
    ],
    [
      'a route to what every object has',
      { functions: {}, routes: { 'GET /orders': 'constructor' } },
      'GET /orders is for constructor, which is none of own.functions',
    ],
  ])('are not %s', (_, own, problem) => {
    expect(() => parse(own)).toThrow(problem);
  });
});

describe('what a team cannot take', () => {
  it('are the functions that Cloakroom has', () => {
    expect(CLOAKROOM_FUNCTIONS).toEqual(FUNCTION_NAMES.toSorted());
  });

  it('are the beginnings of its paths', () => {
    const first = Object.keys(ROUTES).map((routeKey) => routeKey.split('/')[1]);
    expect([...new Set(first)].toSorted()).toEqual(CLOAKROOM_PATHS);
  });
});
