import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRouteTable } from './route-table.ts';

const keys = [
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
  'GET /pets/{kind}/1',
  'GET /pets/{proxy+}',
  'ANY /pets/dog/2',
  'GET /pets/dog/2',
  'ANY /{proxy+}',
  'POST /users/{userId}/sessions',
];
const routes = (more: readonly string[] = []) => [...keys, ...more].map((routeKey) => ({ routeKey }));
const match = createRouteTable(routes());

describe('the route of a request', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/7', 'GET /pets/dog/{id}', { id: '7' }],
    ['GET', '/pets/cat/1', 'GET /pets/{kind}/1', { kind: 'cat' }],
    ['GET', '/pets/cat/7', 'GET /pets/{proxy+}', { proxy: 'cat/7' }],
    ['GET', '/pets/dog/2', 'GET /pets/dog/2', undefined],
    ['DELETE', '/pets/dog/2', 'ANY /pets/dog/2', undefined],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['POST', '/users/alice/sessions', 'POST /users/{userId}/sessions', { userId: 'alice' }],
  ])('%s %s is the most specific one', (method, path, routeKey, pathParameters) => {
    expect(match(method, path)).toEqual({ route: { routeKey }, pathParameters });
  });

  it('is none when nothing fits, unless there is a $default', () => {
    expect(match('GET', '/')).toBeUndefined();
    const withDefault = createRouteTable(routes(['$default']));
    expect(withDefault('GET', '/')).toEqual({ route: { routeKey: '$default' }, pathParameters: undefined });
  });

  it('does not depend on the order in which the routes were written', () => {
    const paths = ['/pets/dog/1', '/pets/dog/7', '/pets/cat/1', '/pets/cat/7', '/pets/dog/2', '/x'];
    const expected = paths.map((path) => match('GET', path)?.route.routeKey);
    fc.assert(
      fc.property(fc.shuffledSubarray(routes(), { minLength: keys.length }), (shuffled) => {
        const table = createRouteTable(shuffled);
        expect(paths.map((path) => table('GET', path)?.route.routeKey)).toEqual(expected);
      }),
    );
  });

  it('has parameters decoded the second time, never empty, never across a slash', () => {
    expect(match('POST', '/users/a%2Fb/sessions')?.pathParameters).toEqual({ userId: 'a/b' });
    expect(match('POST', '/users//sessions')?.route.routeKey).toBe('ANY /{proxy+}');
    expect(match('POST', '/users/a/b/sessions')?.route.routeKey).toBe('ANY /{proxy+}');
  });

  it('tells a path from the same with a slash at its end', () => {
    expect(createRouteTable([{ routeKey: 'GET /a' }])('GET', '/a/')).toBeUndefined();
  });
});

it('refuses a route key that HTTP APIs do not have', () => {
  expect(() => createRouteTable([{ routeKey: 'get everything' }])).toThrow('route key');
});
