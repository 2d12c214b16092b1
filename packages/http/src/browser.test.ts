import { aCaller, httpApiEvent, lambdaContext, recordTelemetry, restEvent, type TestRequest } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { setCookie } from './cookies/set-cookie.ts';
import type { Route } from './route.ts';
import { httpStack } from './stack.ts';

const APP = 'https://app.example.com';
const CSRF = { 'x-cloakroom-csrf': '1' };
const cookie = (name: string) => setCookie(name, 'v', { sameSite: 'Lax', isSecure: true });

/** A stack with these routes, which counts how often they were asked. */
function stackOf(access: Route['access'], handle: Route['handle'] = async () => ({ status: 200, data: 'done' })) {
  let asked = 0;
  const telemetry = recordTelemetry();
  const counted: Route['handle'] = (request, authenticated) => {
    asked += 1;
    return handle(request, authenticated);
  };
  const route: Route = { access, handle: counted };
  const handler = httpStack({ 'GET /there': route, 'POST /there': route }, { allowedOrigins: [APP], telemetry });
  return {
    telemetry,
    asked: () => asked,
    send: (request: TestRequest, eventOf = httpApiEvent) => handler(eventOf(request), lambdaContext()),
  };
}

const go = (headers: Record<string, string> = {}, method = 'GET'): TestRequest => ({
  routeKey: `${method} /there`,
  headers,
});

describe('a route of navigations', () => {
  it.each([{}, { 'sec-fetch-dest': 'document' }, { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' }])(
    'lets a browser through that goes there: %j',
    async (headers) => {
      expect(await stackOf('navigation').send(go(headers))).toMatchObject({ statusCode: 200 });
    },
  );

  it.each([
    { 'sec-fetch-dest': 'empty' },
    { 'sec-fetch-dest': 'iframe' },
    { 'sec-fetch-dest': 'image' },
    { 'sec-fetch-dest': 'serviceworker' },
    { 'sec-fetch-dest': '' },
    { 'sec-fetch-dest': 'document,document' },
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-dest': 'document' },
  ])('refuses what is no navigation, before anything is asked: %j', async (headers) => {
    for (const eventOf of [httpApiEvent, restEvent]) {
      const { send, asked } = stackOf('navigation');
      const { statusCode, body, headers: answered } = await send(go({ ...headers, origin: APP }), eventOf);
      expect({ statusCode, code: JSON.parse(body).error.code }).toEqual({
        statusCode: 403,
        code: 'NAVIGATION_REQUIRED',
      });
      expect(answered).toMatchObject({
        'access-control-allow-origin': APP,
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
      });
      expect(asked()).toBe(0);
    }
  });

  it('refuses HEAD', async () => {
    const { send, asked } = stackOf('navigation');
    const { statusCode, body, headers } = await send(go({}, 'HEAD'));
    expect({ statusCode, body, allow: headers.allow }).toEqual({ statusCode: 405, body: '', allow: 'GET' });
    expect(asked()).toBe(0);
  });

  it('is the only kind that is so', async () => {
    expect(await stackOf('public').send(go({ 'sec-fetch-dest': 'empty' }))).toMatchObject({ statusCode: 200 });
    expect(await stackOf('public').send(go({}, 'HEAD'))).toMatchObject({ statusCode: 404 });
  });
});

describe('a redirect', () => {
  it.each([
    ['https://app.example.com/orders', 'https://app.example.com/orders#'],
    ['https://app.example.com/orders?a=1', 'https://app.example.com/orders?a=1#'],
    ['https://app.example.com/#/orders/7', 'https://app.example.com/#/orders/7'],
    ['https://app.example.com/#', 'https://app.example.com/#'],
    ['https://idp.example.com', 'https://idp.example.com/#'],
    ['capacitor://localhost/a', 'capacitor://localhost/a#'],
    ['https://app.example.com/a\r\nset-cookie: b', 'https://app.example.com/aset-cookie:%20b#'],
  ])('has a fragment, so that none is carried over: %j', async (location, expected) => {
    const { send } = stackOf('navigation', async () => ({ status: 302, location }));
    expect((await send(go())).headers.location).toBe(expected);
  });

  it('has no body, is kept nowhere, and takes its address nowhere', async () => {
    const { send } = stackOf('navigation', async () => ({ status: 303, location: APP }));
    expect(await send(go())).toMatchObject({
      statusCode: 303,
      body: '',
      headers: {
        location: `${APP}/#`,
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        vary: 'Origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      },
    });
  });

  it('to no address at all is an error of ours', async () => {
    const { send } = stackOf('navigation', async () => ({ status: 302, location: '/orders' }));
    expect(await send(go())).toMatchObject({ statusCode: 500 });
  });
});

describe('cookies of an answer', () => {
  const cookies = [cookie('__Host-a'), cookie('__Host-b')];

  it.each<[string, Route['handle']]>([
    ['a redirect', async () => ({ status: 302, location: APP, cookies })],
    ['an answer', async () => ({ status: 200, data: 'done', cookies })],
    ['an empty answer', async () => ({ status: 204, data: undefined, cookies })],
  ])('leave side by side with %s, whatever the payload', async (_, handle) => {
    const { send } = stackOf('public', handle);
    const [payload2, payload1] = [await send(go()), await send(go(), restEvent)];
    expect(payload2.cookies).toEqual(cookies);
    expect(payload2).not.toHaveProperty('multiValueHeaders');
    expect(payload1.multiValueHeaders).toEqual({ 'set-cookie': cookies });
    expect(payload1).not.toHaveProperty('cookies');
    for (const { headers } of [payload2, payload1]) expect(headers).not.toHaveProperty('set-cookie');
  });

  it('are in the log of nothing', async () => {
    const { send, telemetry } = stackOf('public', async () => ({
      status: 302,
      location: `${APP}/?code=canary`,
      cookies,
    }));
    await send(go({ cookie: '__Host-cloakroom=canary' }));
    expect(JSON.stringify(telemetry)).not.toMatch(/canary|__Host/);
  });
});

describe('a request that a browser adds a ticket to', () => {
  const ticket = { caller: aCaller({ kind: 'ticket' }) };
  const refused = (headers: Record<string, string>, method: string) => [go(headers, method), ticket] as const;

  it.each([
    ['without the header', refused({ origin: APP }, 'POST'), 'x-cloakroom-csrf'],
    ['that is safe, without the header', refused({}, 'GET'), 'x-cloakroom-csrf'],
    ['from a foreign Origin', refused({ ...CSRF, origin: 'https://evil.example' }, 'POST'), 'origin'],
    ['that is safe, from a foreign Origin', refused({ ...CSRF, origin: 'https://evil.example' }, 'GET'), 'origin'],
    ['that changes something without an Origin', refused(CSRF, 'POST'), 'origin'],
    [
      'from another site without an Origin',
      refused({ ...CSRF, 'sec-fetch-site': 'cross-site' }, 'GET'),
      'sec-fetch-site',
    ],
    ['from no page', refused({ ...CSRF, origin: APP, 'sec-fetch-site': 'none' }, 'GET'), 'sec-fetch-site'],
    [
      'by a form',
      refused({ 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' }, 'POST'),
      'x-cloakroom-csrf',
    ],
  ] as const)('is refused %s, on every kind of route', async (_, [request, { caller }], field) => {
    for (const access of [['owner'], 'public'] as const) {
      for (const eventOf of [httpApiEvent, restEvent]) {
        const { send, asked, telemetry } = stackOf(access);
        const { statusCode, body } = await send({ ...request, caller }, eventOf);
        const { code, field: named } = JSON.parse(body).error;
        expect({ statusCode, code, named }).toEqual({ statusCode: 403, code: 'CSRF_REFUSED', named: field });
        expect(asked()).toBe(0);
        expect(telemetry.lines[0]?.fields).toMatchObject({ errorCode: 'CSRF_REFUSED', reason: expect.any(String) });
      }
    }
  });

  it('passes from a page of ours', async () => {
    const { send } = stackOf(['owner']);
    for (const [headers, method] of [
      [{ ...CSRF, origin: APP, 'sec-fetch-site': 'same-site' }, 'POST'],
      [{ ...CSRF, 'sec-fetch-site': 'same-origin' }, 'GET'],
    ] as const) {
      expect(await send({ ...go(headers, method), ...ticket })).toMatchObject({ statusCode: 200 });
    }
  });

  it.each(['bearer', 'service'] as const)('is not one with a %s, which no browser adds', async (kind) => {
    const { send } = stackOf('public');
    const origin = 'https://evil.example';
    expect(await send({ ...go({ origin }, 'POST'), caller: aCaller({ kind }) })).toMatchObject({ statusCode: 200 });
  });
});

describe('a route for pages', () => {
  it('asks for header and Origin without any cookie, too', async () => {
    const { send, asked } = stackOf('frontend');
    for (const request of [
      go({ origin: APP }, 'POST'),
      go(CSRF, 'POST'),
      go({ ...CSRF, origin: 'https://evil.example' }, 'POST'),
      go({ ...CSRF, 'sec-fetch-site': 'cross-site' }),
      go(),
    ]) {
      expect(await send(request)).toMatchObject({ statusCode: 403 });
    }
    expect(asked()).toBe(0);
    expect(await send(go({ ...CSRF, origin: APP }, 'POST'))).toMatchObject({ statusCode: 200 });
    expect(await send(go(CSRF))).toMatchObject({ statusCode: 200 });
  });
});
