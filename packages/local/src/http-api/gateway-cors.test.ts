import { describe, expect, it } from '@jest/globals';
import { FunctionFailure } from './gateway-fixture.ts';
import { call, gateway, type Options, ok, start, USERS } from './running-gateway-fixture.ts';

describe('CORS', () => {
  const cors = {
    allow_origins: ['https://app.example'],
    allow_methods: ['GET', 'POST'],
    allow_headers: ['authorization'],
    expose_headers: ['etag'],
    allow_credentials: true,
    max_age: 60,
  };
  const origin = { origin: 'https://app.example' };
  const preflight = (headers: Record<string, string>) =>
    call('/users/a/events', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'GET', ...headers },
    });
  const options: Partial<Options> = { api: { cors_configuration: [cors] }, routes: { ...USERS, 'GET /open': 'NONE' } };

  it('answers a preflight by itself, without the authorizer', async () => {
    await start(options);
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
      vary: 'Origin',
    });
    expect(gateway.invocations).toEqual([]);
  });

  it.each(['https://app.example.evil', 'https://app.exampl', 'http://app.example', 'null'])(
    'gives nothing to %s',
    async (foreign) => {
      await start(options);
      for (const answer of [
        await preflight({ origin: foreign }),
        await call('/open', { headers: { origin: foreign } }),
      ]) {
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    },
  );

  it.each([
    ['a denial', () => ({ isAuthorized: false }), 403],
    ['a 401', () => Promise.reject(new FunctionFailure('Unauthorized')), 401],
    ['an error', () => Promise.reject(new FunctionFailure('boom')), 500],
  ])('is on %s too', async (_, authorizer, status) => {
    await start({ ...options, functions: { authorizer, api: ok } });
    const answer = await call('/users/a/events', { headers: origin });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it('is on a 404 too', async () => {
    await start(options);
    const { headers } = await call('/nothing', { headers: origin });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
  });

  it('overrides what the function says', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Foo': 'x', Vary: 'Accept' };
    await start({ ...options, functions: { api: () => ({ statusCode: 200, headers }) } });
    const answer = await call('/open', { headers: origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('access-control-expose-headers')).toBe('etag');
    expect(answer.headers.get('vary')).toBe('Accept, Origin');
    expect(answer.headers.has('access-control-allow-foo')).toBe(false);
  });

  it('may be open to everyone, and say no more than it is told to', async () => {
    await start({ ...options, api: { cors_configuration: { allow_origins: ['*'] } } });
    for (const answer of [await preflight(origin), await call('/open', { headers: origin })]) {
      const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control'));
      expect(names).toEqual(['access-control-allow-origin']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('is given to nobody when no origin is listed', async () => {
    await start({ ...options, api: { cors_configuration: { max_age: 1 } } });
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('does not name Origin twice in Vary', async () => {
    const answer = { statusCode: 200, headers: { vary: 'Accept, origin' } };
    await start({ ...options, functions: { api: () => answer } });
    expect((await call('/open', { headers: origin })).headers.get('vary')).toBe('Accept, origin');
  });

  it('leaves an OPTIONS that is no preflight to the routes', async () => {
    await start(options);
    expect((await call('/open', { method: 'OPTIONS', headers: origin })).status).toBe(404);
  });

  it('is the business of the function when the API has no configuration', async () => {
    const headers = { 'access-control-allow-origin': '*' };
    await start({ functions: { api: () => ({ statusCode: 200, headers }) } });
    const answer = await call('/', { headers: origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.has('vary')).toBe(false);
    expect((await preflight(origin)).status).toBe(200);
  });
});

describe('the access log', () => {
  it('gets one JSON line a request in the group of the stage, without credentials', async () => {
    await start({
      routes: USERS,
      functions: {
        authorizer: ({ headers }) => ({ isAuthorized: headers['x-ok'] === '1', context: { userId: 'a"b' } }),
        api: ok,
      },
    });
    const headers = { authorization: 'Bearer canary', cookie: 'c=canary', 'user-agent': 'a "quoted" agent' };
    await call('/users/alice/events?token=canary', { headers: { ...headers, 'x-ok': '1' } });
    await call('/users/alice/events', { headers });
    await call('/nothing');
    const [allowed, denied, lost] = gateway.lines.map(({ message }) => JSON.parse(message));
    expect(allowed).toMatchObject({
      routeKey: 'GET /users/{userId}/events',
      path: '/users/alice/events',
      status: '200',
      userId: 'a"b',
      userAgent: 'a "quoted" agent',
      authorizerError: '-',
      length: '2',
    });
    expect(denied).toMatchObject({ status: '403', userId: '-' });
    expect(lost).toMatchObject({ status: '404', routeKey: '-' });
    expect(gateway.lines[0]).toMatchObject({ group: '/aws/apigateway/test', stream: '$default' });
    expect(JSON.stringify(gateway.lines)).not.toContain('canary');
  });
});
