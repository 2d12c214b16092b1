import { CloakroomError, MalformedError } from '@cloakroom/core';
import { aCaller, httpApiEvent, lambdaContext, recordTelemetry, restEvent, type TestRequest } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { HttpError } from './http-error.ts';
import type { Route } from './route.ts';
import { httpStack } from './stack.ts';

const APP = 'https://app.example.com';
const caller = aCaller();

class DomainError extends CloakroomError {
  readonly code: string;
  readonly reason = 'expired';
  readonly retryAfterSeconds: number | undefined;
  constructor(code: string, retryAfterSeconds?: number) {
    super('the token abc.def.ghi is bad');
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const itemSchema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(3)),
  size: v.optional(v.strictObject({ width: v.pipe(v.number(), v.minValue(1, 'must be at least 1')) })),
});
const itemRoute: Route<v.InferOutput<typeof itemSchema>> = {
  access: 'public',
  body: itemSchema,
  handle: async ({ body }) => ({ status: 201, data: body, headers: { 'X-Made': body.name } }),
};

function setUp(fail: () => unknown = () => undefined, allowedOrigins: readonly string[] = [APP]) {
  const telemetry = recordTelemetry();
  const hello: Route = {
    access: 'public',
    async handle() {
      const error = fail();
      if (error !== undefined) throw error;
      return { status: 200, data: 'hello' };
    },
  };
  const own: Route = { access: ['self'], handle: async (request) => ({ status: 200, data: request.caller?.userId }) };
  const options: Route<object> = {
    access: 'public',
    body: v.optional(v.strictObject({ a: v.optional(v.string()) }), {}),
    handle: async ({ body }) => ({ status: 200, data: body }),
  };
  const routes = {
    'GET /hello': hello,
    'GET /users/{userId}': own,
    'POST /items': itemRoute,
    'POST /options': options,
  };
  const handler = httpStack(routes, { allowedOrigins, telemetry });
  const send = async (event: unknown) => {
    const { body, ...answer } = await handler(event, lambdaContext());
    return { ...answer, body: body === '' ? undefined : JSON.parse(body) };
  };
  return { telemetry, handler, send };
}

const get = (routeKey: string, request: Partial<TestRequest> = {}) => httpApiEvent({ routeKey, ...request });
const json = { 'content-type': 'application/json' };
const post = (body: TestRequest['body'], headers: TestRequest['headers'] = json) =>
  httpApiEvent({ routeKey: 'POST /items', headers, ...(body === undefined ? {} : { body }) });

describe('an answer', () => {
  it('has the envelope, and may not be cached or sniffed', async () => {
    const { send } = setUp();
    expect(await send({ httpMethod: 'GET', path: '/hello' })).toEqual({
      statusCode: 200,
      isBase64Encoded: false,
      body: { success: true, data: 'hello' },
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      }),
    });
  });

  it('may be a text of another kind, and its errors are in the envelope all the same', async () => {
    const { telemetry } = setUp();
    const lines: Route = {
      access: 'public',
      async handle({ query }) {
        if (query.bad !== undefined) throw new HttpError('INVALID_QUERY', 'bad: is not a known parameter');
        const headers = { 'X-Next-Cursor': 'c' };
        return { status: 200, contentType: 'application/x-ndjson', text: '{"a":1}\n{"a":2}\n', headers };
      },
    };
    const handler = httpStack({ 'GET /lines': lines }, { allowedOrigins: [APP], telemetry });
    const headers = expect.objectContaining({
      'content-type': 'application/x-ndjson',
      'x-next-cursor': 'c',
      'cache-control': 'no-store',
    });
    const answer = await handler(get('GET /lines'), lambdaContext());
    expect(answer).toEqual({ statusCode: 200, headers, body: '{"a":1}\n{"a":2}\n', isBase64Encoded: false });
    const failed = await handler(get('GET /lines', { query: { bad: '1' } }), lambdaContext());
    expect(failed.headers['content-type']).toBe('application/json');
    expect(JSON.parse(failed.body)).toMatchObject({ success: false, error: { code: 'INVALID_QUERY' } });
  });

  it('is the same for both versions of events', async () => {
    const { send } = setUp();
    for (const request of [
      { routeKey: 'GET /hello' },
      { routeKey: 'GET /users/{userId}', pathParameters: { userId: 'ann' }, caller },
      { routeKey: 'POST /items', body: '{"name":"a"}', headers: { 'Content-Type': 'application/json', Origin: APP } },
      { routeKey: 'GET /nowhere' },
    ]) {
      expect(await send(restEvent(request))).toEqual(await send(httpApiEvent(request)));
    }
  });

  it('carries the headers of its route in lower case', async () => {
    expect((await setUp().send(post('{"name":"a"}'))).headers['x-made']).toBe('a');
  });

  it('is 404 for a route that nothing answers, names of prototypes among them', async () => {
    const { send, telemetry } = setUp();
    for (const routeKey of [
      'GET /nowhere',
      'POST /hello',
      '$default',
      'constructor',
      '',
      'get /hello',
      'GET /hello/',
    ]) {
      expect(await send(get(routeKey))).toMatchObject({ statusCode: 404, body: { error: { code: 'NOT_FOUND' } } });
    }
    expect(telemetry.lines.map(({ fields }) => fields.route)).toEqual(Array(7).fill('none'));
  });

  it('comes for any junk, as a refusal and never as a failure of ours', async () => {
    const { handler } = setUp();
    const names = [
      'headers',
      'multiValueHeaders',
      'body',
      'isBase64Encoded',
      'requestContext',
      'pathParameters',
      'cookies',
    ];
    const junk = fc.dictionary(fc.constantFrom(...names), fc.anything());
    const event = fc.oneof(
      fc.anything(),
      junk.map((fields) => ({ routeKey: 'POST /items', ...fields })),
    );
    await fc.assert(
      fc.asyncProperty(event, async (any) => {
        const { statusCode, body } = await handler(any, lambdaContext());
        expect([400, 404, 413, 415]).toContain(statusCode);
        expect(JSON.parse(body)).toMatchObject({ success: false, error: { code: expect.any(String) } });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a body', () => {
  it.each<[string, TestRequest['body'], number, string, string | undefined]>([
    ['missing', undefined, 400, 'VALIDATION_FAILED', 'body'],
    ['malformed', '{"name":', 400, 'MALFORMED_JSON', undefined],
    ['of invalid UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 400, 'MALFORMED_JSON', undefined],
    ['with a prototype key', '{"name":"a","__proto__":{}}', 400, 'MALFORMED_JSON', '__proto__'],
    ['with a number out of range', '{"name":1e999}', 400, 'MALFORMED_JSON', 'name'],
    ['with a wrong type', '{"name":7}', 400, 'VALIDATION_FAILED', 'name'],
    ['with text that is too long', '{"name":"abcd"}', 400, 'VALIDATION_FAILED', 'name'],
    ['without a required field', '{}', 400, 'VALIDATION_FAILED', 'name'],
    ['with an unknown field', '{"name":"a","colour":"red"}', 400, 'VALIDATION_FAILED', 'colour'],
    ['with an unknown field inside', '{"name":"a","size":{"width":1,"x":1}}', 400, 'VALIDATION_FAILED', 'size.x'],
    ['with a wrong value inside', '{"name":"a","size":{"width":0}}', 400, 'VALIDATION_FAILED', 'size.width'],
    ['that is a list', '[]', 400, 'VALIDATION_FAILED', 'name'],
    ['that is null', 'null', 400, 'VALIDATION_FAILED', 'body'],
    ['of more than 64 KiB', `{"name":"${'a'.repeat(64 * 1024)}"}`, 413, 'BODY_TOO_LARGE', undefined],
    ['of more than 64 KiB in bytes', `"${'é'.repeat(32 * 1024)}"`, 413, 'BODY_TOO_LARGE', undefined],
  ])('%s is refused', async (_, body, statusCode, code, field) => {
    const answer = await setUp().send(post(body));
    expect(answer).toMatchObject({ statusCode, body: { success: false, error: { code }, requestId: 'request-1' } });
    expect(answer.body.error.field).toBe(field);
    expect(answer.body.error.message).toContain(field ?? '');
  });

  it('is measured after base64', async () => {
    const body = Buffer.from(`{"name":"a"}${' '.repeat(64 * 1024 - 12)}`);
    expect(await setUp().send(post(body))).toMatchObject({ statusCode: 201 });
    expect(await setUp().send(post(Buffer.concat([body, Buffer.from(' ')])))).toMatchObject({ statusCode: 413 });
  });

  it('says what is expected, and not what came', async () => {
    const { body } = await setUp().send(post('{"name":["secret"]}'));
    expect(body.error.message).toBe('name: must be string');
  });

  it.each([
    'text/plain',
    'application/jsonp',
    'application/json; charset=latin1',
    'application/x-www-form-urlencoded',
    'application/json, application/json',
    '',
  ])('of type %j is refused', async (type) => {
    expect(await setUp().send(post('{"name":"a"}', { 'content-type': type }))).toMatchObject({
      statusCode: 415,
      body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE', field: 'content-type' } },
    });
  });

  it('without a type is refused', async () => {
    expect(await setUp().send(post('{"name":"a"}', {}))).toMatchObject({ statusCode: 415 });
  });

  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'of type %j is read',
    async (type) => {
      const answer = await setUp().send(post('{"name":"é"}', { 'content-type': type }));
      expect(answer).toMatchObject({ statusCode: 201, body: { data: { name: 'é' } } });
    },
  );

  it('may be missing where the schema says so, but is never a list', async () => {
    const event = { routeKey: 'POST /options', headers: json };
    expect(await setUp().send(httpApiEvent(event))).toMatchObject({ statusCode: 200, body: { data: {} } });
    expect(await setUp().send(httpApiEvent({ ...event, body: '[]' }))).toMatchObject({
      statusCode: 400,
      body: { error: { field: 'body' } },
    });
  });

  it('is left alone by a route that takes none', async () => {
    const event = httpApiEvent({ routeKey: 'GET /hello', body: '{', headers: { 'content-type': 'text/plain' } });
    expect(await setUp().send(event)).toMatchObject({ statusCode: 200 });
  });
});

describe('a route for oneself', () => {
  const own = (request: Partial<TestRequest>) =>
    get('GET /users/{userId}', { pathParameters: { userId: 'ann' }, ...request });

  it('answers its own user', async () => {
    expect(await setUp().send(own({ caller }))).toMatchObject({ statusCode: 200, body: { data: 'ann' } });
  });

  it.each([
    ['nobody', {}, 401, 'UNAUTHORIZED'],
    ['a token without a session', { caller: { ...caller, bootstrap: true } }, 403, 'FORBIDDEN'],
    ['another user', { caller: { ...caller, userId: 'bob' } }, 403, 'FORBIDDEN'],
    ['a path without a user', { caller, pathParameters: {} }, 403, 'FORBIDDEN'],
  ])('is closed to %s', async (_, request, statusCode, code) => {
    expect(await setUp().send(own(request))).toMatchObject({ statusCode, body: { error: { code } } });
  });

  it('is closed to an authorizer’s context that is not ours', async () => {
    const event = { ...own({}), requestContext: { authorizer: { lambda: { userId: 'ann' } } } };
    expect(await setUp().send(event)).toMatchObject({ statusCode: 401 });
  });
});

describe('an error', () => {
  it.each([
    [new HttpError('DATA_TOO_LARGE', 'data: too much', { field: 'data' }), 413, 'DATA_TOO_LARGE', 'data: too much'],
    [new DomainError('TOKEN_INVALID'), 401, 'UNAUTHORIZED', 'a valid credential is required'],
    [new DomainError('PRECONDITION_FAILED'), 412, 'PRECONDITION_FAILED', expect.stringContaining('read it again')],
    [new DomainError('LOGIN_ENDED'), 403, 'LOGIN_ENDED', expect.stringContaining('`remedy`')],
    [new DomainError('CREDENTIALS_REFUSED'), 503, 'DEPENDENCY_UNAVAILABLE', expect.stringContaining('try again')],
    [new DomainError('KEYS_UNAVAILABLE'), 503, 'DEPENDENCY_UNAVAILABLE', expect.stringContaining('try again')],
    [new DomainError('SOMETHING_OF_OURS'), 500, 'INTERNAL', expect.stringContaining('request id')],
    [new DomainError('toString'), 500, 'INTERNAL', expect.any(String)],
    [new MalformedError('item', 'is not ours'), 500, 'INTERNAL', expect.any(String)],
    [Object.assign(new Error('a library’s own'), { code: 'NOT_FOUND' }), 500, 'INTERNAL', expect.any(String)],
    [new TypeError('boom'), 500, 'INTERNAL', expect.any(String)],
    ['thrown text', 500, 'INTERNAL', expect.any(String)],
  ])('%s tells clients its public code alone', async (error, statusCode, code, message) => {
    const { body, ...answer } = await setUp(() => error).send(get('GET /hello', { headers: { origin: APP } }));
    expect(answer.statusCode).toBe(statusCode);
    expect(body).toMatchObject({ success: false, error: { code, message }, requestId: 'request-1' });
    expect(JSON.stringify(body)).not.toContain('abc.def.ghi');
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': APP, 'cache-control': 'no-store' });
  });

  it.each([
    [new DomainError('RATE_LIMITED'), '60'],
    [new DomainError('RATE_LIMITED', 12.3), '13'],
    [new DomainError('DEPENDENCY_UNAVAILABLE'), '5'],
    [new HttpError('RATE_LIMITED', 'slow down', { retryAfterSeconds: 7 }), '7'],
    [new DomainError('LOGIN_ENDED'), undefined],
  ])('%s says when to come back', async (error, retryAfter) => {
    expect((await setUp(() => error).send(get('GET /hello'))).headers['retry-after']).toBe(retryAfter);
  });

  it('about a session that has ended tells why', async () => {
    const { body, statusCode } = await setUp(() => new DomainError('SESSION_ENDED')).send(get('GET /hello'));
    expect({ statusCode, error: body.error }).toEqual({
      statusCode: 410,
      error: { code: 'SESSION_ENDED', message: 'this session has ended', endedReason: 'expired' },
    });
    expect((await setUp(() => new DomainError('LOGIN_ENDED')).send(get('GET /hello'))).body.error).not.toHaveProperty(
      'endedReason',
    );
  });

  it('about a sign-in that has ended tells the remedy, and no other error does', async () => {
    const remedied = (code: string) => Object.assign(new DomainError(code), { remedy: 'sign_out_at_provider' });
    const { body } = await setUp(() => remedied('LOGIN_ENDED')).send(get('GET /hello'));
    expect(body.error).toMatchObject({ code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' });
    const other = await setUp(() => remedied('SESSION_REQUIRED')).send(get('GET /hello'));
    expect(other.body.error).not.toHaveProperty('remedy');
  });

  it('of ours goes to the log with its causes', async () => {
    const { send, telemetry } = setUp(() => new Error('outer', { cause: new Error('inner') }));
    await send(get('GET /hello'));
    expect(telemetry.lines[0]).toMatchObject({
      level: 'error',
      code: 'http.failed',
      fields: { requestId: 'request-1', error: { message: 'outer', cause: { message: 'inner' } } },
    });
  });

  it('becomes an answer before Lambda ends the invocation', async () => {
    const never: Route = { access: 'public', handle: () => new Promise(() => undefined) };
    const handler = httpStack({ 'GET /never': never }, { allowedOrigins: [], telemetry: recordTelemetry() });
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => 210 };
    expect(await handler(get('GET /never'), context)).toMatchObject({ statusCode: 503 });
  });
});

describe('the log', () => {
  const ids = { requestId: 'request-1', function_request_id: 'invocation-1' };

  it('has the ids of the request and of the invocation in every line, of routes, errors and timeouts too', async () => {
    const telemetry = recordTelemetry();
    const hangs: Route = {
      access: 'public',
      async handle() {
        telemetry.log.info('route.line', 'A line of the route');
        return new Promise(() => undefined);
      },
    };
    const handler = httpStack({ 'GET /hangs': hangs }, { allowedOrigins: [], telemetry });
    await handler(get('GET /hangs'), { ...lambdaContext(), getRemainingTimeInMillis: () => 210 });
    expect(telemetry.lines.map(({ code, fields }) => [code, fields])).toEqual([
      ['route.line', ids],
      ['http.failed', expect.objectContaining(ids)],
      ['http.answered', expect.objectContaining(ids)],
    ]);
  });

  it('has one line per request: route, status and code, never what was sent', async () => {
    const { send, telemetry } = setUp(() => new DomainError('TOKEN_INVALID'));
    const secret = 'Bearer canary';
    await send(get('GET /hello', { headers: { authorization: secret, cookie: secret }, query: { q: secret } }));
    await send(post(`{"name":"a","${secret}":1}`, { ...json, authorization: secret }));
    expect(telemetry.lines.map(({ code, fields }) => ({ code, ...fields }))).toEqual([
      {
        code: 'http.answered',
        route: 'GET /hello',
        status: 401,
        ...ids,
        errorCode: 'UNAUTHORIZED',
        reason: 'expired',
      },
      {
        code: 'http.answered',
        route: 'POST /items',
        status: 400,
        ...ids,
        errorCode: 'VALIDATION_FAILED',
      },
    ]);
    expect(JSON.stringify(telemetry.lines)).not.toContain('canary');
  });
});

describe('CORS', () => {
  const origin = async (value: string, origins?: readonly string[]) =>
    (await setUp(undefined, origins).send(get('GET /hello', { headers: { Origin: value } }))).headers;

  it('lets a listed origin send credentials', async () => {
    expect(await origin(APP)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
  });

  it.each([
    'https://app.example.com.evil.example',
    'https://evil-app.example.com',
    'http://app.example.com',
    'https://app.example.com:444',
    'null',
    '*',
    `${APP},https://evil.example`,
  ])('does not reflect %s', async (value) => {
    const headers = await origin(value);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers.vary).toBe('Origin');
  });

  it('allows nobody when no origin is listed', async () => {
    expect(await origin(APP, [])).not.toHaveProperty('access-control-allow-origin');
  });

  it('tells origins apart when there are several', async () => {
    expect(await origin(APP, ['https://a.example', APP])).toMatchObject({ 'access-control-allow-origin': APP });
  });

  it('refuses to start with a wildcard', () => {
    expect(() => setUp(undefined, ['*'])).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });

  it('lets pages read the version of what they got, and name it again', async () => {
    expect(await origin(APP)).toMatchObject({ 'access-control-expose-headers': expect.stringContaining('etag') });
    const preflight = get('OPTIONS /hello', { headers: { Origin: APP } });
    expect((await setUp().send(preflight)).headers).toMatchObject({
      'access-control-allow-headers': expect.stringContaining('if-match'),
    });
  });

  it('answers a preflight without a credential, and asks the route nothing', async () => {
    const event = restEvent({ routeKey: 'OPTIONS /users/{userId}', headers: { Origin: APP } });
    const { statusCode, body, headers } = await setUp().send(event);
    expect({ statusCode, body }).toEqual({ statusCode: 204, body: undefined });
    expect(headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': expect.stringContaining('x-cloakroom-csrf'),
      'access-control-max-age': '600',
    });
  });
});

it('tells the AWS session about each invocation before it begins, and the whole answer in the end', async () => {
  const seen: unknown[] = [];
  const aws = {
    before: ({ context }: { context: unknown }) => void seen.push(context),
    onError: ({ response }: { response: unknown }) => void seen.push(response),
  };
  const handler = httpStack({}, { allowedOrigins: [], telemetry: recordTelemetry(), aws });
  const context = lambdaContext();
  const answer = await handler({}, context);
  expect(answer).toMatchObject({ statusCode: 404, headers: { 'cache-control': 'no-store' } });
  expect(seen).toEqual([context, answer]);
});
