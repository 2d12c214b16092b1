import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';

const FUNCTIONS = resolve(import.meta.dirname, '../../functions');
const dev = synthesized(ENVIRONMENTS.dev);

/** Route key and function of every route that may send requests to DynamoDB: what a role forbids need not be counted. */
const routes = Object.values(resources(dev, 'aws_apigatewayv2_route'))
  .map(
    ({ route_key, target }) => [String(route_key), /integration\.(\w+)\.id/.exec(String(target))?.[1] ?? ''] as const,
  )
  .filter(([, name]) => usesDynamoDb(name));

function usesDynamoDb(name: string): boolean {
  const statements = statementsOf(resource(dev, 'aws_iam_role_policy', name).policy);
  return statements.some(({ Action }) => [Action].flat().some((action) => action.startsWith('dynamodb:')));
}

it('leaves out, of all routes, none but the one that only puts events into a queue', () => {
  const all = Object.values(resources(dev, 'aws_apigatewayv2_route')).map(({ route_key }) => route_key);
  const counted = routes.map(([key]) => key);
  expect(all.filter((key) => !counted.includes(String(key)))).toEqual(['POST /users/{userId}/events']);
});

it.each(routes)('%s has the requests counted that it sends to DynamoDB', (routeKey, name) => {
  const counts = readFileSync(join(FUNCTIONS, name.replaceAll('_', '-'), 'src/consumption.test.ts'), 'utf8');
  expect(counts).toContain(`'${routeKey}'`);
});
