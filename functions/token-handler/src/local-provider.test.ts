import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parsePublicSessionId } from '@cloakroom/sessions';
import { httpApiEvent, lambdaContext } from '@cloakroom/testing';
import {
  BROWSER_CLIENTS,
  type Browser,
  createBrowser,
  freePort,
  type LocalProvider,
  type Page,
  PROVIDER_SHAPES,
  type ProviderShape,
  startProvider,
} from '@cloakroom/testing/providers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHandler } from './handler-fixture.ts';

/** More than a ticket may go unused. */
const IDLE_MS = 2_400_000;

const LIKE: Readonly<Record<ProviderShape, { jwks: string; more: object }>> = {
  local: { jwks: '/jwks', more: { profile: 'cognito', audiences: [], loginClaim: 'origin_jti' } },
  cognito: { jwks: '/.well-known/jwks.json', more: { profile: 'cognito', audiences: [], loginClaim: 'origin_jti' } },
  keycloak: {
    jwks: '/protocol/openid-connect/certs',
    more: { profile: 'keycloak', audiences: ['cloakroom-api'], loginClaim: 'sid' },
  },
};

describe.each(PROVIDER_SHAPES)('by HTTP, at a provider of the shape %s', (shape) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-handler-'));
  let provider: LocalProvider;
  let opened: Awaited<ReturnType<typeof openHandler>>;
  let server: Server;
  let origin: string;
  let aheadMs = 0;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    provider = await startProvider({ port: await freePort(), dataDir, shape, api: origin });
    const { id, secret } = BROWSER_CLIENTS.client_secret_basic;
    const issuer = {
      alias: 'local',
      issuer: provider.issuer,
      jwksUri: provider.issuer + LIKE[shape].jwks,
      algorithms: ['RS256'],
      clientIds: [id],
      browser: {
        clientId: id,
        clientSecretName: 'client',
        scope: 'openid',
        frontends: [{ url: origin }],
        reauthentication: 'logout',
      },
      ...LIKE[shape].more,
    };
    opened = await openHandler({
      issuers: [issuer],
      publicUrl: origin,
      origins: [origin],
      nowMs: () => Date.now() + aheadMs,
      // Both clocks have to go on: how long ago a person signed in is told by the provider's.
      sleep: setTimeout,
      secret: { get: async () => secret, replace: async () => secret },
    });
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await provider.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const context = { ...lambdaContext(), getRemainingTimeInMillis: () => 28_000 };

  /** As the gateway does; what is not ours is the frontend's only page. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    if (!url.pathname.startsWith('/auth/')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>The app</p>');
      return;
    }
    const isCallback = url.pathname === '/auth/callback/local';
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const event = httpApiEvent({
      routeKey: `${request.method} ${isCallback ? '/auth/callback/{alias}' : url.pathname}`,
      ...(isCallback ? { pathParameters: { alias: 'local' } } : {}),
      query: Object.fromEntries(url.searchParams),
      headers,
    });
    const { statusCode, headers: sent, cookies = [], body } = await opened.handle(event, context);
    response.writeHead(statusCode, { ...sent, 'set-cookie': [...cookies] }).end(body);
  }

  async function signIn(browser: Browser, user: string, returnTo = '/'): Promise<{ page: Page; forms: number }> {
    const before = browser.posted;
    let page = await browser.open(`${origin}/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
    while (page.url.origin !== origin && page.html.includes('<form') && browser.posted < before + 4) {
      page = await browser.submit(page, { login: user });
    }
    return { page, forms: browser.posted - before };
  }

  const app = () => ({ url: new URL(origin) });
  const csrf = { headers: { 'x-cloakroom-csrf': '1' } };
  const session = (browser: Browser) => browser.fetch(app(), '/auth/session', csrf);
  const logout = async (browser: Browser) => {
    const response = await browser.fetch(app(), '/auth/logout', { method: 'POST', ...csrf });
    return ((await response.json()) as { data: { logoutUrl: string | null; providerSessionEnded: boolean } }).data;
  };

  /** As another device, or an administrator, does. */
  async function revoke(browser: Browser): Promise<void> {
    const { data } = (await (await session(browser)).json()) as { data: { sessionId: string } };
    const address = parsePublicSessionId(data.sessionId);
    if (address === undefined) throw new Error('there is no session to revoke');
    await opened.sessions.revoke(address);
  }

  it('signs in through the login page, and tells who that is', async () => {
    const browser = createBrowser();
    const { page, forms } = await signIn(browser, 'ada', '/orders?x=1#/7');
    expect({ forms, url: page.url.href }).toEqual({ forms: 1, url: `${origin}/orders?x=1#/7` });
    const response = await session(browser);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { userId: 'ada', current: true } });
    expect(browser.cookies(origin, { isReadable: true })).toEqual([]);
  });

  it('gets in without a form after an expiry', async () => {
    const browser = createBrowser();
    await signIn(browser, 'bob');
    aheadMs += IDLE_MS;
    expect((await session(browser)).status).toBe(410);
    const { page, forms } = await signIn(browser, 'bob');
    expect({ forms, url: page.url.href }).toEqual({ forms: 0, url: `${origin}/#` });
    expect((await session(browser)).status).toBe(200);
    aheadMs -= IDLE_MS;
  });

  it('ends a second device, which then has to show its form once', async () => {
    const [one, two] = [createBrowser(), createBrowser()];
    await signIn(one, 'cleo');
    await signIn(two, 'cleo');
    await revoke(two);
    expect((await session(one)).status).toBe(200);
    expect((await session(two)).status).toBe(410);
    const { page, forms } = await signIn(two, 'cleo', '/back');
    expect({ forms, url: page.url.href.replace(/#$/, '') }).toEqual({ forms: 1, url: `${origin}/back` });
    expect((await session(two)).status).toBe(200);
  });

  it('signs out here and at the provider: the next sign-in shows the form', async () => {
    const browser = createBrowser();
    await signIn(browser, 'dora');
    const thief = browser.copy();
    const { logoutUrl, providerSessionEnded } = await logout(browser);
    expect(providerSessionEnded).toBe(shape === 'keycloak');
    if (!providerSessionEnded) {
      const page = await browser.open(logoutUrl ?? '', undefined, { from: app() });
      expect(page.url.origin).toBe(origin);
    }
    expect((await session(browser)).status).toBe(401);
    expect((await session(thief)).status).toBe(410);
    const { page, forms } = await signIn(browser, 'dora');
    expect({ forms, url: page.url.href.replace(/#$/, '') }).toEqual({ forms: 1, url: `${origin}/` });
  });

  it('has to leave first with a copy of the cookies taken before a sign-out', async () => {
    const browser = createBrowser();
    await signIn(browser, 'eve');
    const copy = browser.copy();
    await logout(browser);
    const { forms } = await signIn(copy, 'eve');
    expect(forms).toBe(1);
  });

  it('loops never at a provider that ignores its logout', async () => {
    const browser = createBrowser();
    await signIn(browser, 'finn');
    await revoke(browser);
    provider.behave({ ignoresLogout: true });
    const { page, forms } = await signIn(browser, 'finn', '/x');
    provider.behave({});
    expect({ forms, url: page.url.href }).toEqual({ forms: 0, url: `${origin}/x?error=REAUTHENTICATION_REQUIRED#` });
    expect((await session(browser)).status).toBe(401);
  });

  it('comes back with a code of ours when the provider answers no token', async () => {
    provider.behave({ answers: { token: { status: 503 } } });
    const { page } = await signIn(createBrowser(), 'gus', '/x');
    provider.behave({});
    expect(page.url.href).toBe(`${origin}/x?error=PROVIDER_UNAVAILABLE#`);
  });
});
