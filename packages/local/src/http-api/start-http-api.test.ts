import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FunctionFailure, Malformed, PERMISSIONS, permission, startGateway } from './gateway-fixture.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;
type Options = Parameters<typeof startGateway>[0];

let gateway: Gateway;
afterEach(() => gateway?.stop());

const ok = () => ({ statusCode: 200, body: 'ok' });
const USERS = { 'GET /users/{userId}/events': 'CUSTOM' } as const;

async function start(options: Partial<Options> = {}): Promise<Gateway> {
  gateway = await startGateway({ ...options, functions: { api: ok, ...options.functions } });
  return gateway;
}

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(gateway.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** Sends bytes as they are, for what `fetch` would tidy up. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}

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

describe('what is not emulated stops the start', () => {
  it.each<[string, Partial<Options>, RegExp]>([
    ['a cached authorizer', { authorizer: { authorizer_result_ttl_in_seconds: 300 } }, /caching for 300 s/],
    [
      "AWS's default of caching",
      { authorizer: { authorizer_result_ttl_in_seconds: undefined, identity_sources: ['$request.header.A'] } },
      /caching for 300 s/,
    ],
    ['a JWT authorizer', { authorizer: { authorizer_type: 'JWT' } }, /authorizer_type/],
    ['another identity source', { authorizer: { identity_sources: ['$context.stage'] } }, /identity_sources/],
    ['payload 1.0', { integration: { payload_format_version: '1.0' } }, /payload_format_version/],
    ['no payload version', { integration: { payload_format_version: undefined } }, /payload_format_version/],
    ['a target that is no function', { integration: { integration_uri: 'https://example.com' } }, /ARN of a Lambda/],
    ['no stage', { without: ['aws_apigatewayv2_stage'] }, /exactly one is emulated, 0 found/],
    ['a WebSocket API', { api: { protocol_type: 'WEBSOCKET' } }, /protocol_type/],
    ['a stage that is not live', { stage: { auto_deploy: false } }, /auto_deploy/],
    ['another stage', { stage: { name: 'prod' } }, /name/],
    [
      'a log that is no log group',
      { stage: { access_log_settings: { destination_arn: 'x', format: 'x' } } },
      /log group/,
    ],
    [
      'credentials for every origin',
      { api: { cors_configuration: { allow_credentials: true, allow_origins: ['*'] } } },
      /every origin/,
    ],
    ['a malformed CORS block', { api: { cors_configuration: { max_age: 'x' } } }, /cors_configuration/],
  ])('%s', async (_, options, message) => {
    await expect(startGateway({ routes: USERS, functions: { api: ok }, ...options })).rejects.toThrow(message);
  });

  it('a port that is taken', async () => {
    await start();
    const second = startGateway({ functions: { api: ok }, port: gateway.port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE', port: gateway.port });
  });
});
