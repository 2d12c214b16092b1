import { describe, expect, it } from '@jest/globals';
import { FunctionFailure, Malformed, PERMISSIONS, permission } from './gateway-fixture.ts';
import { call, gateway, type Options, ok, start, USERS } from './running-gateway-fixture.ts';

describe('the authorizer', () => {
  const path = '/users/alice/events';
  const withAuthorizer = (authorizer: Options['functions']['api'], more: Partial<Options> = {}) =>
    start({ routes: USERS, ...more, functions: { authorizer, api: ok } });

  it('gets a REQUEST event 2.0 and hands its context to the function', async () => {
    await withAuthorizer(() => ({ isAuthorized: true, context: { userId: 'alice', n: 1 } }));
    expect(await call(`${path}?x=1`, { headers: { authorization: 'Bearer t' } })).toMatchObject({ status: 200 });
    const [first, second] = gateway.invocations;
    expect(first).toMatchObject({
      name: 'authorizer',
      event: {
        version: '2.0',
        type: 'REQUEST',
        routeArn: expect.stringMatching(
          /^arn:aws:execute-api:eu-central-1:000000000000:\w+\/\$default\/GET\/users\/alice/,
        ),
        identitySource: null,
        routeKey: 'GET /users/{userId}/events',
        pathParameters: { userId: 'alice' },
        headers: { authorization: 'Bearer t' },
        requestContext: { http: { method: 'GET' } },
      },
    });
    expect(second).toMatchObject({
      name: 'api',
      event: { requestContext: { authorizer: { lambda: { userId: 'alice', n: 1 } } } },
    });
  });

  it.each([
    ['false', { isAuthorized: false }],
    ['the text "true"', { isAuthorized: 'true' }],
    ['1', { isAuthorized: 1 }],
    ['nothing', {}],
  ])('refuses with 403 on %s', async (_, value) => {
    await withAuthorizer(() => value);
    expect(await call(path)).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(gateway.invocations).toHaveLength(1);
  });

  it.each([
    ['Unauthorized', 401, 'Unauthorized'],
    ['Unauthorized ', 500, 'Internal Server Error'],
    ['unauthorized', 500, 'Internal Server Error'],
    ['boom', 500, 'Internal Server Error'],
  ])('that throws "%s" gives %i', async (message, status, text) => {
    await withAuthorizer(() => {
      throw new FunctionFailure(message);
    });
    expect(await call(path)).toMatchObject({ status, text: JSON.stringify({ message: text }) });
  });

  it.each([
    ['null', null],
    ['a text', 'yes'],
    ['no JSON', new Malformed('{')],
    ['a context that is no object', { isAuthorized: true, context: 'x' }],
  ])('that answers with %s gives 500', async (_, value) => {
    await withAuthorizer(() => value);
    expect(await call(path)).toMatchObject({ status: 500 });
    expect(gateway.invocations).toHaveLength(1);
  });

  it('is asked again for every request', async () => {
    await withAuthorizer(() => ({ isAuthorized: true }));
    await call(path);
    await call(path);
    expect(gateway.invocations.filter(({ name }) => name === 'authorizer')).toHaveLength(2);
  });

  it('is not asked when an identity source is missing or empty', async () => {
    const identity_sources = ['$request.header.Authorization', '$request.querystring.key'];
    await withAuthorizer(() => ({ isAuthorized: true }), { authorizer: { identity_sources } });
    const headers = { authorization: 'Bearer t' };
    expect((await call(path, { headers })).status).toBe(401);
    expect((await call(`${path}?key=`, { headers })).status).toBe(401);
    expect(await call(`${path}?key=k`)).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(gateway.invocations).toEqual([]);
    expect((await call(`${path}?key=k`, { headers })).status).toBe(200);
    expect(gateway.invocations[0]?.event.identitySource).toEqual(['Bearer t', 'k']);
  });

  it('may answer with an IAM policy when simple responses are off', async () => {
    const policy = (Effect: string, Resource: unknown) => ({ Action: 'execute-api:Invoke', Effect, Resource });
    await withAuthorizer(
      ({ routeArn, headers }) => {
        const allow = policy('Allow', routeArn);
        const answers: Record<string, unknown> = {
          allow: { principalId: 'a', policyDocument: { Statement: [allow] }, context: { userId: 'a' } },
          wildcard: { policyDocument: { Statement: policy('Allow', [routeArn.replace(/\/GET.*/, '/*')]) } },
          deny: { policyDocument: { Statement: [allow, policy('Deny', '*')] } },
          other: { policyDocument: { Statement: [policy('Allow', `${routeArn}x`)] } },
          simple: { isAuthorized: true },
        };
        return answers[headers['x-case'] ?? ''];
      },
      { authorizer: { enable_simple_responses: false } },
    );
    const statusOf = async (name: string) => (await call(path, { headers: { 'x-case': name } })).status;
    expect(await statusOf('allow')).toBe(200);
    expect(gateway.invocations[1]?.event.requestContext.authorizer).toEqual({ lambda: { userId: 'a' } });
    expect(await statusOf('wildcard')).toBe(200);
    expect(await statusOf('deny')).toBe(403);
    expect(await statusOf('other')).toBe(403);
    expect(await statusOf('simple')).toBe(500);
  });
});

describe('permissions', () => {
  const options: Partial<Options> = {
    routes: { ...USERS, 'GET /open': 'NONE' },
    functions: { authorizer: () => ({ isAuthorized: true }), api: ok },
  };

  it.each([
    ['none for the function', { authorizer: PERMISSIONS.authorizer }, [500, 500]],
    ['one for another route', { ...PERMISSIONS, api: permission('api', '/*/GET/open') }, [500, 200]],
    ['one for the bare function', { ...PERMISSIONS, api: permission('api', '/*/*', null) }, [500, 500]],
    ['none for the authorizer', { api: PERMISSIONS.api }, [500, 200]],
    ['exactly its route', { ...PERMISSIONS, api: permission('api', '/*/GET/users/{userId}/events') }, [200, 500]],
  ])('%s', async (_, permissions, expected) => {
    await start({ ...options, permissions: permissions as NonNullable<Options['permissions']> });
    expect([(await call('/users/a/events')).status, (await call('/open')).status]).toEqual(expected);
  });
});
