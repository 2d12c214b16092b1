import { expect, it } from '@jest/globals';
import { authorize } from './authorize.ts';
import { readGateway } from './configuration.ts';
import { fixtureStack } from './gateway-fixture.ts';
import type { GatewayRequest } from './gateway-request.ts';

const request: GatewayRequest = {
  method: 'GET',
  target: { routePath: '/a', rawPath: '/a', rawQueryString: '' },
  headers: {},
  query: undefined,
  cookies: ['a=1', 'b=2'],
  body: Buffer.alloc(0),
  protocol: 'HTTP/1.1',
  sourceIp: '127.0.0.1',
  requestId: 'r',
  timeMs: 0,
};
const context = {
  apiId: 'api',
  region: 'eu-central-1',
  stage: '$default',
  routeKey: 'GET /a',
  pathParameters: undefined,
};
const authorizer = {
  functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:authorizer:live',
  allowed: true,
  timeoutMs: 50,
  simpleResponses: true,
  identitySources: [],
};
const never = { invoke: () => new Promise<never>(() => undefined) };

it('refuses with 500 when the authorizer does not answer in time', async () => {
  expect(await authorize(never, authorizer, { request, context })).toEqual({
    allowed: false,
    status: 500,
    error: 'the authorizer timed out',
  });
});

it('waits 10 s for an authorizer and 30 s for an integration, as AWS does', () => {
  const stack = fixtureStack({ functions: { api: () => null }, routes: { 'GET /a': 'CUSTOM' } });
  const [route] = readGateway(stack).routes;
  expect(route).toMatchObject({ authorizer: { timeoutMs: 10_000 }, integration: { timeoutMs: 30_000 } });
});

it('takes the cookies for an identity source as one text', async () => {
  const identitySources = [{ place: 'header', name: 'cookie' }] as const;
  let event: unknown;
  const lambda = {
    invoke: async (_: string, payload: string) => {
      event = JSON.parse(payload);
      return { statusCode: 200, payload: '{"isAuthorized":true}', logTail: '', executedVersion: '1' };
    },
  };
  const decision = await authorize(lambda, { ...authorizer, identitySources }, { request, context });
  expect(decision).toEqual({ allowed: true, context: {} });
  expect(event).toMatchObject({ identitySource: ['a=1; b=2'] });
});

it.each([
  ['{"errorMessage":7}', 500],
  ['Unauthorized', 500],
  ['null', 500],
])('does not take the error %s for a refusal', async (payload, status) => {
  const failing = { statusCode: 200, payload, functionError: 'Unhandled', logTail: '', executedVersion: '1' } as const;
  const decision = await authorize({ invoke: async () => failing }, authorizer, { request, context });
  expect(decision).toMatchObject({ allowed: false, status });
});
