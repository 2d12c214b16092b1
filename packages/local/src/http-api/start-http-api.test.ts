import { describe, expect, it } from '@jest/globals';
import { FunctionFailure, Malformed } from './gateway-fixture.ts';
import { call, gateway, raw, start, USERS } from './running-gateway-fixture.ts';

describe('the event of an integration', () => {
  it('has the form of payload 2.0', async () => {
    await start({ routes: { 'POST /users/{userId}/events': 'NONE' } });
    await call('/users/a%20b/events?x=1&x=2&y=%2F', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'User-Agent': 'test', 'X-Mixed-Case': 'yes' },
      body: '{"n":1}',
    });
    const event = gateway.invocations[0]?.event;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /users/{userId}/events',
      rawPath: '/users/a b/events',
      rawQueryString: 'x=1&x=2&y=%2F',
      queryStringParameters: { x: '1,2', y: '/' },
      pathParameters: { userId: 'a b' },
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'application/json', 'content-length': '7', 'x-mixed-case': 'yes' },
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: expect.any(String),
        domainName: '127.0.0.1',
        http: {
          method: 'POST',
          path: '/users/a b/events',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        routeKey: 'POST /users/{userId}/events',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.headers).not.toHaveProperty('connection');
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it('leaves out what the request has not', async () => {
    await start();
    await call('/');
    const { event } = gateway.invocations[0] ?? {};
    for (const name of ['body', 'cookies', 'pathParameters', 'queryStringParameters'])
      expect(event).not.toHaveProperty(name);
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it('adds itself to the proxies that a request came through', async () => {
    await start();
    await call('/', { headers: { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' } });
    expect(gateway.invocations[0]?.event.headers).toMatchObject({
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(gateway.port),
    });
  });

  it('joins duplicates of headers by commas, Authorization too', async () => {
    await start();
    const lines = [
      'GET / HTTP/1.1',
      'Host: 127.0.0.1',
      'Authorization: Bearer a',
      'authorization: Bearer b',
      'Cookie: a=1',
    ];
    await raw([...lines, 'Cookie: a=2', 'Connection: close', '', ''].join('\r\n'));
    expect(gateway.invocations[0]?.event).toMatchObject({
      headers: { authorization: 'Bearer a,Bearer b' },
      cookies: ['a=1', 'a=2'],
    });
  });

  it.each([
    ['application/octet-stream', Buffer.from([0, 255]), { body: 'AP8=', isBase64Encoded: true }],
    ['application/x-www-form-urlencoded', Buffer.from('a=1'), { body: 'YT0x', isBase64Encoded: true }],
    ['application/problem+json', Buffer.from('{}'), { body: '{}', isBase64Encoded: false }],
    ['text/plain; charset=utf-8', Buffer.from('λ'), { body: 'λ', isBase64Encoded: false }],
    ['application/json', Buffer.from([0xc3, 0x28]), { body: 'wyg=', isBase64Encoded: true }],
  ])('carries a body of %s', async (type, body, expected) => {
    await start();
    await call('/', { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
    expect(gateway.invocations[0]?.event).toMatchObject(expected);
  });
});

describe('the answer of an integration', () => {
  it.each([
    ['a full answer', { statusCode: 201, headers: { 'X-One': 1 }, cookies: ['a=1', 'b=2'], body: 'hi' }, 201, 'hi'],
    ['base64', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi'],
    ['an empty answer', { statusCode: 204 }, 204, ''],
    ['a numeric text as status', { statusCode: '202' }, 202, ''],
    ['an object without a status', { a: 1 }, 200, '{"a":1}'],
    ['a list', [1, 2], 200, '[1,2]'],
    ['a text', 'hello', 200, 'hello'],
    ['malformed JSON', new Malformed('{'), 500, '{"message":"Internal Server Error"}'],
    ['a status that is none', { statusCode: 'ok' }, 500, '{"message":"Internal Server Error"}'],
    ['a body that is no text', { statusCode: 200, body: {} }, 500, '{"message":"Internal Server Error"}'],
  ])('can be %s', async (_, value, status, text) => {
    await start({ functions: { api: () => value } });
    expect(await call('/')).toMatchObject({ status, text });
  });

  it('sends each cookie by itself, lower-case names and the request id', async () => {
    await start({ functions: { api: () => ({ statusCode: 200, headers: { 'X-One': 1 }, cookies: ['a=1', 'b=2'] }) } });
    const { headers } = await call('/');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-one')).toBe('1');
    expect(headers.get('apigw-requestid')).toBe(gateway.invocations[0]?.event.requestContext.requestId);
    expect(headers.get('content-type')).toBe('text/plain;charset=UTF-8');
  });

  it('has no body for HEAD', async () => {
    await start();
    expect(await call('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('is 500 when the function fails, with or without Lambda', async () => {
    await start({
      functions: {
        api: ({ rawPath }) => {
          throw rawPath === '/fails' ? new FunctionFailure('secret') : new TypeError('secret');
        },
      },
    });
    for (const path of ['/fails', '/breaks'])
      expect(await call(path)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
  });

  it('is 503 when the function takes longer than its integration allows', async () => {
    await start({ integration: { timeout_milliseconds: 60 }, functions: { api: () => new Promise(() => undefined) } });
    expect(await call('/')).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it('is 404 where there is no route', async () => {
    await start({ routes: USERS });
    expect(await call('/nothing')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(gateway.invocations).toEqual([]);
  });
});

describe('limits', () => {
  it('counts the request line and the headers: 431 past 10,240 bytes', async () => {
    await start();
    expect((await call('/', { headers: { 'x-long': 'x'.repeat(9_900) } })).status).toBe(200);
    expect((await call('/', { headers: { 'x-long': 'x'.repeat(10_240) } })).status).toBe(431);
    expect((await call(`/${'x'.repeat(10_240)}`)).status).toBe(431);
    expect(gateway.invocations).toHaveLength(1);
  });

  it('takes bodies up to what Lambda takes, and no more', async () => {
    await start();
    const post = (bytes: number) => call('/', { method: 'POST', body: 'x'.repeat(bytes) });
    expect((await post(5 * 1024 * 1024)).status).toBe(200);
    expect((await post(6 * 1024 * 1024)).status).toBe(413);
    expect(await post(11 * 1024 * 1024)).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
    expect(gateway.invocations).toHaveLength(1);
  });

  it('answers to the names of this machine alone, so that no page of another name becomes its own', async () => {
    await start();
    const ask = (host: string) => raw(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    for (const host of ['evil.example', `evil.example:${gateway.port}`, '127.0.0.1.evil.example', '']) {
      expect(await ask(host)).toMatch(/^HTTP\/1.1 403 [\s\S]*\{"message":"Forbidden"\}$/);
    }
    expect(gateway.invocations).toEqual([]);
    for (const host of ['127.0.0.1', `localhost:${gateway.port}`]) expect(await ask(host)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('refuses a path that cannot be decoded', async () => {
    await start();
    expect(await raw('GET /a%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(gateway.invocations).toEqual([]);
  });
});
