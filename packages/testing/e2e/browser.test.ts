import { type Browser, createBrowser, type Page } from '@cloakroom/local';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dev, startDev } from './dev.ts';
import { readLogs } from './logs.ts';

const CSRF = { 'x-cloakroom-csrf': '1' };
/** A token of any kind that the providers here give, which all are JWTs but for the refresh tokens of one. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

describe.each(['cognito', 'keycloak'])('a browser, at a provider like %s', (shape) => {
  let dev: Dev;
  beforeAll(async () => {
    dev = await startDev({ args: ['--provider-shape', shape] });
  }, 120_000);
  afterAll(() => dev?.stop());

  const app = () => ({ url: new URL(dev.api) });
  const ask = (browser: Browser, path: string, method = 'GET') => browser.fetch(app(), path, { method, headers: CSRF });

  async function signIn(browser: Browser, user: string): Promise<{ page: Page; forms: number }> {
    const before = browser.posted;
    let page = await browser.open(`${dev.api}/auth/login?returnTo=${encodeURIComponent('/health#/home')}`);
    while (page.url.origin !== dev.api && browser.posted < before + 4)
      page = await browser.submit(page, { login: user });
    return { page, forms: browser.posted - before };
  }

  async function sessionOf(browser: Browser): Promise<{ sessionId: string; userId: string }> {
    const answer = (await (await ask(browser, '/auth/session')).json()) as {
      data: { sessionId: string; userId: string };
    };
    return answer.data;
  }

  it('signs in, and its ticket opens what a bearer token opens', async () => {
    const browser = createBrowser();
    const { page, forms } = await signIn(browser, 'ada');
    expect({ forms, url: page.url.href }).toEqual({ forms: 1, url: `${dev.api}/health#/home` });
    expect(await sessionOf(browser)).toMatchObject({ userId: 'ada' });
    expect((await ask(browser, '/users/me/events')).status).toBe(200);
    expect((await ask(browser, '/users/me/sessions')).status).toBe(200);
    const without = await browser.fetch(app(), '/users/me/events', {});
    expect(without.status).toBe(401);
  }, 30_000);

  it('ends another of the same person, which is out at its very next request, and in again after one form', async () => {
    const [one, two] = [createBrowser(), createBrowser()];
    await signIn(one, 'bob');
    await signIn(two, 'bob');
    const { sessionId } = await sessionOf(two);
    expect((await ask(one, `/sessions/${encodeURIComponent(sessionId)}`, 'DELETE')).status).toBe(200);
    expect((await ask(two, '/users/me/events')).status).toBe(401);
    expect((await ask(two, '/auth/session')).status).toBe(410);
    expect((await ask(one, '/users/me/events')).status).toBe(200);
    const { forms } = await signIn(two, 'bob');
    expect(forms).toBe(1);
    expect((await ask(two, '/users/me/events')).status).toBe(200);
  }, 30_000);

  it('signs out, and no copy of its cookies gets in without the form', async () => {
    const browser = createBrowser();
    await signIn(browser, 'cleo');
    const copy = browser.copy();
    const response = await ask(browser, '/auth/logout', 'POST');
    const { data } = (await response.json()) as { data: { logoutUrl: string } };
    const page = await browser.open(data.logoutUrl, undefined, { from: app() });
    expect(page.url.href).toBe(`${dev.api}/#`);
    expect((await ask(copy, '/users/me/events')).status).toBe(401);
    expect((await signIn(copy, 'cleo')).forms).toBeGreaterThan(0);
  }, 30_000);

  it('leaves no token in a log', () => {
    const logs = [...readLogs(dev.dataDir)];
    expect(logs.length).toBeGreaterThan(0);
    expect(logs.filter(([, text]) => JWT.test(text)).map(([name]) => name)).toEqual([]);
  });
});
