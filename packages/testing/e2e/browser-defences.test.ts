import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BehaviourChanges } from '@cloakroom/local';
import { type Browser, createBrowser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HOSTILE_PATHS } from '../src/hostile-paths.ts';
import { type Browsers, browsersOf, CSRF, TICKET } from './browsers.ts';
import { controlledDev, request, type SharedDev } from './dev.ts';

let dev: SharedDev;
let at: Browsers;
beforeAll(async () => {
  dev = await controlledDev('local');
  at = browsersOf(dev);
});
afterAll(() => dev?.assertNoLogHasTokens());
afterEach(() => at.behave({}));

/** What the API has that may change something, as paths that would do so. */
function unsafeRoutes(): readonly { readonly method: string; readonly path: string }[] {
  const { resource } = JSON.parse(readFileSync(join(dev.dataDir, 'stack/cdk.tf.json'), 'utf8'));
  const routes = Object.values<{ route_key: string }>(resource.aws_apigatewayv2_route);
  return routes.flatMap(({ route_key }) => {
    const [method = '', template = ''] = route_key.split(' ');
    const path = template.replace('{userId}', 'me').replace('{sessionId}', 'current');
    return ['GET', 'HEAD', 'OPTIONS'].includes(method) ? [] : [{ method, path }];
  });
}

/** As the page of an attacker, or an old browser there, might send it: with the cookies of the person. */
async function forged(browser: Browser, path: string, method: string, headers: Record<string, string>) {
  const cookie = browser.cookies(at.app).map(({ key, value }) => `${key}=${value}`);
  return request(dev.api + path, { method, headers: { cookie: cookie.join('; '), ...headers } });
}

describe('a request with the cookie that no page of ours made', () => {
  it.each<[string, (api: string) => Record<string, string>]>([
    ['without the header', (api) => ({ origin: api, 'sec-fetch-site': 'same-origin' })],
    ['with a foreign Origin', () => ({ ...CSRF, origin: 'https://evil.example' })],
    ['with the Origin "null"', () => ({ ...CSRF, origin: 'null' })],
    ['from another site, without an Origin', () => ({ ...CSRF, 'sec-fetch-site': 'cross-site' })],
    [
      'by a form post',
      () => ({
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
        'content-type': 'application/x-www-form-urlencoded',
      }),
    ],
  ])('is refused at each route that changes something, and changes nothing: %s', async (_, headersAt) => {
    const browser = await at.signedIn('ida-defences');
    const routes = unsafeRoutes();
    expect(routes.length).toBeGreaterThan(7);
    for (const { method, path } of routes) {
      const { status } = await forged(browser, path, method, headersAt(dev.api));
      // These have no authorizer, which would answer 401.
      const expected = ['/auth/logout', '/auth/refresh', '/auth/session'].includes(path) ? 403 : 401;
      expect([`${method} ${path}`, status]).toEqual([`${method} ${path}`, expected]);
    }
    expect(await at.isIn(browser)).toBe(true);
  });

  it('gets in with what a page of ours sends', async () => {
    const browser = await at.signedIn('ira-defences');
    const headers = { ...CSRF, origin: dev.api, 'sec-fetch-site': 'same-origin' };
    expect((await forged(browser, '/users/me/sessions', 'DELETE', headers)).status).toBe(200);
    expect(await at.isIn(browser)).toBe(false);
  });

  it('is refused with the cookie twice, one of which was planted', async () => {
    const browser = await at.signedIn('jan-defences');
    const twice = { ...CSRF, cookie: `${browser.cookies(at.app).join('; ')}; ${TICKET}=planted` };
    expect((await forged(browser, '/users/me/sessions', 'GET', twice)).status).toBe(401);
    expect((await forged(browser, '/auth/session', 'GET', twice)).status).toBe(401);
  });
});

/** The way to the provider and back, up to the callback, which is not asked for. */
async function untilCallback(browser: Browser, user: string, returnTo = '/app') {
  const form = await at.begin(browser, { returnTo });
  return (await browser.submit(form, { login: user }, `${dev.api}/auth/callback`)).url;
}

describe('a callback', () => {
  it("with somebody else's code signs nobody in", async () => {
    const [attacker, victim] = [createBrowser(), createBrowser()];
    const callback = await untilCallback(attacker, 'mallory-defences');
    expect((await at.open(victim, callback.href)).url.href).toBe(`${dev.api}/?error=SIGN_IN_LOST#`);
    expect(victim.cookies(at.app)).toEqual([]);
  });

  it("with the state of one sign-in and another's code signs nobody in", async () => {
    const [attacker, victim] = [createBrowser(), createBrowser()];
    const own = await untilCallback(victim, 'kim-defences');
    const code = (await untilCallback(attacker, 'mallory-defences')).searchParams.get('code') ?? '';
    const mixed = new URL(own);
    mixed.searchParams.set('code', code);
    expect((await at.open(victim, mixed.href)).url.href).toBe(`${at.app}?error=PROVIDER_REFUSED#`);
    expect(await at.isIn(victim)).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['a fetch', { 'sec-fetch-dest': 'empty' }],
    ['a service worker', { 'sec-fetch-dest': 'serviceworker' }],
  ])('by %s is refused, uses nothing up, and so is the login', async (_, headers) => {
    const browser = createBrowser();
    const callback = await untilCallback(browser, 'leo-defences');
    for (const address of [callback, `${dev.api}/auth/login`, `${dev.api}/auth/left`]) {
      const { status, html, hops } = await browser.open(address, undefined, { headers });
      expect([status, JSON.parse(html).error.code]).toEqual([403, 'NAVIGATION_REQUIRED']);
      expect(hops[0]?.headers.get('x-frame-options')).toBe('DENY');
      expect(hops[0]?.headers.getSetCookie()).toEqual([]);
    }
    expect((await at.open(browser, callback.href)).url.href).toBe(`${at.app}#`);
    expect(await at.isIn(browser)).toBe(true);
  });

  it('by HEAD uses nothing up', async () => {
    const browser = createBrowser();
    const callback = await untilCallback(browser, 'mia-defences');
    const { status } = await forged(browser, callback.pathname + callback.search, 'HEAD', {});
    expect(status).toBeGreaterThanOrEqual(400);
    expect((await at.open(browser, callback.href)).url.href).toBe(`${at.app}#`);
  });

  it('that comes again goes on to the page, and changes nothing', async () => {
    const browser = createBrowser();
    const callback = await untilCallback(browser, 'nia-defences', '/app?x=1#/7');
    const first = await at.open(browser, callback.href);
    const before = browser.cookies(at.app).map(String);
    const again = await at.open(browser, callback.href);
    expect([first.url.href, again.url.href]).toEqual([`${dev.api}/app?x=1#/7`, `${dev.api}/app?x=1#/7`]);
    expect(browser.cookies(at.app).map(String)).toEqual(before);
    expect(again.hops[0]?.headers.getSetCookie()).toEqual([]);
  });

  it('of a restored tab is lost, and leaves the person signed in', async () => {
    const browser = await at.signedIn('oda-defences');
    const callback = await untilCallback(createBrowser(), 'oda-defences');
    expect((await at.open(browser, callback.href)).url.href).toBe(`${dev.api}/?error=SIGN_IN_LOST#`);
    expect(await at.isIn(browser)).toBe(true);
  });

  it('keeps within five cookies, however many sign-ins were begun, and the newest goes on', async () => {
    const browser = createBrowser();
    for (let count = 0; count < 8; count += 1) await at.open(browser, '/auth/login', dev.provider);
    expect(browser.cookies(at.app)).toHaveLength(5);
    expect((await at.signIn(browser, 'pam-defences')).at).toBe('/app#');
  });
});

describe('returnTo', () => {
  it('leads to no other place, in whatever spelling, with an error or without', async () => {
    const browser = createBrowser();
    expect((await at.signIn(browser, 'quin-defences', { returnTo: '//evil.example' })).at).toBe('/#');
    await at.behave({ authorizationError: { parameters: { error: 'access_denied' } } });
    for (const returnTo of HOSTILE_PATHS) {
      const page = await browser.open(
        `${dev.api}/auth/login?${new URLSearchParams({ returnTo })}`,
        `${dev.api}/?error`,
      );
      expect([returnTo, page.url.href]).toEqual([returnTo, `${dev.api}/?error=SIGN_IN_CANCELLED#`]);
    }
  });

  it('of a sign-out leads to no other place either', async () => {
    const browser = createBrowser();
    for (const returnTo of HOSTILE_PATHS) {
      const answer = await at.call(browser, '/auth/logout', { method: 'POST', body: { returnTo } });
      const page = await at.open(browser, answer.body.data.logoutUrl, `${dev.api}/#`);
      expect([returnTo, page.url.href]).toEqual([returnTo, `${dev.api}/#`]);
    }
  });
});

describe('what goes wrong at the provider', () => {
  it('comes back as a code when the person cancels, and nothing starts again', async () => {
    const browser = createBrowser();
    const form = await at.open(browser, '/auth/login?returnTo=/app%23x');
    const page = await at.fillIn(browser, form, { cancel: 'yes' });
    expect(page.url.href).toBe(`${at.app}?error=SIGN_IN_CANCELLED#x`);
  });

  it.each([
    ['access_denied', 'SIGN_IN_CANCELLED'],
    ['login_required', 'INTERACTION_REQUIRED'],
    ['interaction_required', 'INTERACTION_REQUIRED'],
    ['consent_required', 'INTERACTION_REQUIRED'],
    ['account_selection_required', 'INTERACTION_REQUIRED'],
    ['temporarily_unavailable', 'PROVIDER_UNAVAILABLE'],
    ['server_error', 'PROVIDER_UNAVAILABLE'],
    ['invalid_request', 'PROVIDER_REFUSED'],
    ['unauthorized_client', 'PROVIDER_REFUSED'],
    ['invalid_scope', 'PROVIDER_REFUSED'],
    ['<script>alert(1)</script>', 'PROVIDER_REFUSED'],
  ])('comes back as a code of the list, and in no words of its own: %s', async (error, code) => {
    await at.behave({ authorizationError: { parameters: { error, error_description: '<b>evil</b>' } } });
    const browser = createBrowser();
    expect(await at.signIn(browser, 'ron-defences')).toEqual({ at: `/app?error=${code}#`, forms: 0 });
    expect(browser.cookies(at.app).map(({ key }) => key)).not.toContain(TICKET);
  });

  const answer = (status: number, body = {}): BehaviourChanges => ({ answers: { token: { status, body } } });
  it.each<[string, BehaviourChanges, string]>([
    ['refuses the client', answer(401, { error: 'invalid_client' }), 'PROVIDER_REFUSED'],
    ['refuses the code', answer(400, { error: 'invalid_grant' }), 'PROVIDER_REFUSED'],
    ['fails', answer(503), 'PROVIDER_UNAVAILABLE'],
    ['is throttled', answer(429), 'PROVIDER_UNAVAILABLE'],
    ['leaves out auth_time', { idToken: { auth_time: null } }, 'PROVIDER_REFUSED'],
    ['answers with the nonce of another', { idToken: { nonce: 'n' } }, 'PROVIDER_REFUSED'],
    ['answers for another client', { idToken: { aud: 'another' } }, 'PROVIDER_REFUSED'],
    ['is another than was asked', { authorizationAnswer: { iss: 'https://other.example' } }, 'PROVIDER_REFUSED'],
    ['does not say who it is', { authorizationAnswer: { iss: null } }, 'PROVIDER_REFUSED'],
  ])('comes back as a code of the list when it %s', async (_, behaviour, code) => {
    await at.behave(behaviour);
    const browser = createBrowser();
    expect((await at.signIn(browser, 'gus-defences')).at).toBe(`/app?error=${code}#`);
    expect(browser.cookies(at.app).map(({ key }) => key)).not.toContain(TICKET);
  });

  it.each([60, -60])('is borne where its clock is %i s apart', async (clockOffsetSeconds) => {
    await at.behave({ clockOffsetSeconds });
    expect((await at.signIn(createBrowser(), 'hal-defences')).at).toBe('/app#');
  });
});

it('leaves no token in an answer, a cookie, an address, a table or a log, whatever went wrong', async () => {
  await at.signedIn('uma-defences');
  expect(await at.leaks()).toEqual([]);
});
