import type { Service } from '@cloakroom/auth';
import { describe, expect, it } from '@jest/globals';
import type { PolicyAnswer, SimpleAnswer } from './answer.ts';
import { createWorld, httpApi, restRequest, restToken, STAGE } from './authorizer-fixture.ts';

const service: Service = {
  user: { issuer: 'main', sub: 'jobs' },
  clientId: 'jobs',
  scope: 'cloakroom/write',
  groups: [],
  grant: { may: ['records'], routes: ['GET /users/{userId}/events'] },
};
const world = () => createWorld({ service, stored: [new Error('not to be read')] });
const statement = (answer: unknown) => (answer as PolicyAnswer).policyDocument.Statement[0];

describe('a service', () => {
  it('gets in without a session, and the functions behind are told what it is', async () => {
    const { authorize, reads } = world();
    await expect(authorize(httpApi({ routeKey: 'POST /sessions', pathParameters: {} }))).resolves.toEqual({
      isAuthorized: true,
      context: {
        userId: 'jobs',
        issuer: 'main',
        clientId: 'jobs',
        kind: 'service',
        bootstrap: 'false',
        reason: 'service',
        scope: 'cloakroom/write',
        groups: '[]',
      },
    });
    expect(reads).toEqual([]);
  });

  it.each([
    ['REQUEST', restRequest()],
    ['TOKEN', restToken()],
  ])('is allowed the one method by the policy of a REST API (%s)', async (_, event) => {
    const answer = await world().authorize(event);
    expect(answer).toMatchObject({ context: { kind: 'service' } });
    expect(statement(answer)).toMatchObject({ Effect: 'Allow', Resource: event.methodArn });
  });

  const withRoutes = (...routes: string[]) =>
    createWorld({ service: { ...service, grant: { may: ['users'], routes } } });

  it.each([
    ['GET /orders', ['GET /orders'], true],
    ['ANY /orders', ['ANY /orders'], true],
    ['$default', ['$default'], true],
    ['GET /users/{userId}/export', [], true],
    ['GET /orders', [], false],
    ['POST /orders', ['GET /orders'], false],
    ['GET /orders', ['GET /orders/{id}'], false],
    ['POST /sessions', [], false],
  ])('gets to %s of an HTTP API with routes %j: %s', async (routeKey, routes, isAuthorized) => {
    const answer = await withRoutes(...routes).authorize(httpApi({ routeKey, pathParameters: null }));
    expect(answer).toMatchObject({ isAuthorized });
  });

  const ORDER = { httpMethod: 'GET', resource: '/orders/{id}', methodArn: `${STAGE}/GET/orders/7` };
  it.each([
    ['GET /orders/{id}', ORDER.methodArn, 'Allow'],
    ['ANY /orders/{id}', ORDER.methodArn, 'Allow'],
    ['POST /orders/{id}', ORDER.methodArn, 'Deny'],
    ['GET /orders', ORDER.methodArn, 'Deny'],
    ['GET /orders/{id}', `${STAGE}/GET/orders/*`, 'Deny'],
  ])('gets with %s to %s of a REST API: %s', async (route, methodArn, Effect) => {
    const pathParameters = { id: methodArn.split('/').at(-1) };
    for (const event of [restRequest({ ...ORDER, methodArn, pathParameters }), restToken({ methodArn })]) {
      expect(statement(await withRoutes(route).authorize(event))).toMatchObject({ Effect, Resource: methodArn });
    }
  });

  const bootstrap = (userId: string) => ({ routeKey: 'POST /users/{userId}/sessions', pathParameters: { userId } });
  const restBootstrap = (userId: string) => ({
    httpMethod: 'POST',
    resource: '/users/{userId}/sessions',
    pathParameters: { userId },
    methodArn: `${STAGE}/POST/users/${userId}/sessions`,
  });

  it.each(['jobs', 'ada', '*'])('cannot bootstrap a session of %s', async (userId) => {
    const simple = world();
    await expect(simple.authorize(httpApi(bootstrap(userId)))).resolves.toEqual({ isAuthorized: false });
    expect(simple.telemetry.counts).toEqual([
      { metric: 'AuthorizerDenied', dimensions: { route: 'POST /users/{userId}/sessions', reason: 'service_refused' } },
    ]);
    const { methodArn } = restBootstrap(userId);
    for (const event of [restRequest(restBootstrap(userId)), restToken({ methodArn })]) {
      const answer = await world().authorize(event);
      expect(statement(answer)).toMatchObject({ Effect: 'Deny', Resource: methodArn });
    }
  });

  it('cannot bootstrap where a route of its own is called so', async () => {
    const { authorize } = withRoutes('POST /users/{userId}/sessions');
    await expect(authorize(httpApi(bootstrap('ada')))).resolves.toEqual({ isAuthorized: false });
  });

  it('cannot bootstrap where the gateway found no user in the path either', async () => {
    const answer = await world().authorize(httpApi({ ...bootstrap('x'), pathParameters: null }));
    expect((answer as SimpleAnswer).isAuthorized).toBe(false);
  });

  it('is in the log by its client', async () => {
    const { authorize, telemetry } = world();
    await authorize(httpApi());
    expect(telemetry.lines).toMatchObject([
      { code: 'authorizer.allowed', fields: { clientId: 'jobs', issuer: 'main', reason: 'service' } },
    ]);
    expect(telemetry.counts).toEqual([
      { metric: 'AuthorizerAllowed', dimensions: { route: 'GET /users/{userId}/events' } },
    ]);
  });
});
