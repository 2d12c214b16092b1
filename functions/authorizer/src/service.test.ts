import type { Service } from '@cloakroom/auth';
import { describe, expect, it } from '@jest/globals';
import type { PolicyAnswer, SimpleAnswer } from './answer.ts';
import { createWorld, httpApi, restRequest, restToken, STAGE } from './authorizer-fixture.ts';

const service: Service = {
  user: { issuer: 'main', sub: 'jobs' },
  clientId: 'jobs',
  scope: 'cloakroom/write',
  groups: [],
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
  ])('is allowed by the policy of a REST API (%s)', async (_, event) => {
    const answer = await world().authorize(event);
    expect(answer).toMatchObject({ context: { kind: 'service' } });
    expect(statement(answer)).toMatchObject({ Effect: 'Allow', Resource: `${STAGE}/*/*` });
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
      { metric: 'AuthorizerDenied', dimensions: { reason: 'service_refused' } },
    ]);
    const { methodArn } = restBootstrap(userId);
    for (const event of [restRequest(restBootstrap(userId)), restToken({ methodArn })]) {
      const answer = await world().authorize(event);
      expect(statement(answer)).toMatchObject({ Effect: 'Deny', Resource: methodArn });
    }
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
    expect(telemetry.counts).toEqual([]);
  });
});
