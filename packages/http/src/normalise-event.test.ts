import { aCaller, httpApiEvent, lambdaContext, restEvent } from '@cloakroom/testing';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseEvent } from './normalise-event.ts';

const normalise = (event: unknown) => normaliseEvent(event, lambdaContext());
const caller = aCaller({ userId: 'ann|1', scope: 'a b', groups: ['staff'], authTime: 1_800_000_000 });

describe('normaliseEvent', () => {
  it('makes the same request of the event of an HTTP API and of a REST API', () => {
    const request = {
      routeKey: 'POST /users/{userId}/events',
      pathParameters: { userId: 'ann|1/%2F' },
      query: { limit: '5', tag: 'a,b' },
      headers: { 'Content-Type': 'application/json', cookie: 'a=1; b=2', 'X-Twice': ['1', '2'], 'user-agent': 'curl' },
      body: '{"é":1}',
      caller,
    };
    const fromHttpApi = normalise(httpApiEvent(request));
    expect(normalise(restEvent(request))).toEqual(fromHttpApi);
    expect(fromHttpApi).toEqual({
      payload: Buffer.from('{"é":1}'),
      request: {
        routeKey: 'POST /users/{userId}/events',
        method: 'POST',
        pathParameters: { userId: 'ann|1/%2F' },
        query: { limit: '5', tag: 'a,b' },
        headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'x-twice': '1,2', 'user-agent': 'curl' },
        body: undefined,
        caller,
        administers: [],
        rights: [],
        ip: '203.0.113.7',
        userAgent: 'curl',
        requestId: 'request-1',
      },
    });
  });

  it('keeps both versions equal for any path, header, query and body', () => {
    const name = fc.stringMatching(/^[a-z][a-z-]{0,8}$/).filter((text) => text !== 'cookie');
    const request = fc.record({
      routeKey: fc.constant('GET /things/{id}'),
      pathParameters: fc.dictionary(name, fc.string({ unit: 'grapheme' })),
      query: fc.dictionary(name, fc.string()),
      headers: fc.dictionary(name, fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 }))),
      body: fc.oneof(fc.string({ unit: CODE_POINT }), fc.uint8Array()),
    });
    fc.assert(
      fc.property(request, (any) => {
        expect(normalise(restEvent(any))).toEqual(normalise(httpApiEvent(any)));
      }),
    );
  });

  it('takes the little that people pass to aws lambda invoke', () => {
    expect(normalise({ httpMethod: 'GET', path: '/health' }).request).toMatchObject({
      routeKey: 'GET /health',
      method: 'GET',
      requestId: 'invocation-1',
    });
    expect(normalise({ version: '2.0', routeKey: 'GET /health' }).request).toMatchObject({ method: 'GET' });
  });

  it('prefers the template of a REST route to its path, and never looks at rawPath', () => {
    const event = { httpMethod: 'GET', resource: '/{proxy+}', path: '/health', rawPath: '/ready' };
    expect(normalise(event).request.routeKey).toBe('GET /{proxy+}');
    expect(normalise({ rawPath: '/health', httpMethod: 'GET' }).request.routeKey).toBe('');
  });

  it('lets no second value of a header win or lose silently', () => {
    const twice = { Authorization: 'Bearer a', authorization: 'Bearer b' };
    expect(normalise({ headers: twice }).request.headers.authorization).toBe('Bearer a,Bearer b');
    const event = { headers: { authorization: 'last' }, multiValueHeaders: { Authorization: ['first', 'last'] } };
    expect(normalise(event).request.headers.authorization).toBe('first,last');
  });

  it('reads the headers that only the single-value map has', () => {
    const event = { headers: { 'X-One': '1', 'X-Two': '2' }, multiValueHeaders: { 'x-two': ['a', 'b'] } };
    expect(normalise(event).request.headers).toEqual({ 'x-one': '1', 'x-two': 'a,b' });
  });

  it('joins cookies as one header has them, and takes none of them twice', () => {
    const cookieOf = (event: object) => normalise(event).request.headers.cookie;
    expect(cookieOf({ headers: {}, cookies: ['b=2', 'c=3', 7] })).toBe('b=2; c=3');
    expect(cookieOf({ headers: { cookie: 'b=2; c=3' }, cookies: ['b=2', 'c=3'] })).toBe('b=2; c=3');
    expect(cookieOf({ headers: { cookie: 'b=2' }, cookies: [] })).toBe('b=2');
    expect(cookieOf({ multiValueHeaders: { Cookie: ['a=1', 'b=2'] } })).toBe('a=1; b=2');
  });

  it('finds nothing under the names of an object’s prototype', () => {
    const { headers, query, pathParameters } = normalise({}).request;
    for (const texts of [headers, query, pathParameters]) expect(texts.constructor).toBeUndefined();
  });

  it('leaves a path parameter of a REST API that cannot be decoded as it is', () => {
    const event = { httpMethod: 'GET', resource: '/x/{id}', pathParameters: { id: '50%' } };
    expect(normalise(event).request.pathParameters.id).toBe('50%');
  });

  it.each([
    ['a number', { body: 7 }],
    ['base64 that is none', { body: 'a b', isBase64Encoded: true }],
    ['half a character', { body: '"\uD800"' }],
    ['what is left of bytes that were not UTF-8', { body: '"\uFFFD"', headers: { 'Content-Length': '3' } }],
  ])('takes %s for a body that cannot be read', (_, event) => {
    expect(normalise(event).payload).toBe('undecodable');
  });

  it.each([[{}], [{ headers: { 'content-length': '5' } }]])(
    'takes U+FFFD for a character that was sent, with %j',
    (event) => {
      expect(normalise({ body: '"\uFFFD"', ...event }).payload).toEqual(Buffer.from('"\uFFFD"'));
    },
  );

  it.each([[undefined], [null], ['']])('takes %j for no body', (body) => {
    expect(normalise({ body }).payload).toBeUndefined();
  });

  it('makes up a request id where it gets none that is fit for a log', () => {
    const bad = { requestContext: { requestId: 'a\nb' } };
    expect(normaliseEvent(bad, undefined).request.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never throws, whatever the event is', () => {
    const junk = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
    const names = ['headers', 'multiValueHeaders', 'cookies', 'body', 'requestContext', 'pathParameters', 'routeKey'];
    const event = fc.oneof(junk, fc.dictionary(fc.constantFrom(...names, 'resource', 'httpMethod', 'path'), junk));
    fc.assert(
      fc.property(event, junk, (anyEvent, anyContext) => {
        expect(normaliseEvent(anyEvent, anyContext).request.routeKey).toEqual(expect.any(String));
      }),
      { numRuns: 300 },
    );
  });
});
