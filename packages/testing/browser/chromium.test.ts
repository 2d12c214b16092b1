import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'puppeteer-core';
import type { Dev } from '../e2e/dev.ts';
import { type App, shows, startApp } from './start-app.ts';
import { letCookiesIntoFrames, stealCode, type Theft } from './steal-code.ts';

let app: App;
let dev: Dev;
let frontend: string;
/** The origin of somebody else's page, of the same site. */
let stranger: string;

beforeAll(async () => {
  app = await startApp();
  ({ dev, frontend } = app);
  stranger = await app.serveElsewhere();
}, 120_000);
afterAll(() => app?.stop());

const signIn = (user: string, path?: string) => app.signIn(user, path);

/** What a script of the page gets from the API: the status, and the body. */
function call(page: Page, path: string, init: object = {}): Promise<{ status: number; body: string }> {
  const options = { credentials: 'include', headers: { 'x-cloakroom-csrf': '1' }, ...init };
  const request = `fetch(${JSON.stringify(dev.api + path)}, ${JSON.stringify(options)})`;
  return page.evaluate(
    `${request}.then(async (answer) => ({ status: answer.status, body: await answer.text() }))`,
  ) as never;
}

async function sessionOf(page: Page): Promise<{ userId: string; sessionId: string }> {
  const { status, body } = await call(page, '/auth/session');
  expect(status).toBe(200);
  return JSON.parse(body).data;
}

describe('an app with the script of docs/client.md', () => {
  it('signs in by the login page, comes back to where it was, and stays signed in', async () => {
    const page = await signIn('ada', '/?tab=orders#/7');
    expect(page.url()).toBe(`${frontend}/?tab=orders#/7`);
    expect(await sessionOf(page)).toMatchObject({ userId: 'ada' });
    await page.reload();
    await shows(page, 'ada');
    const another = await page.browserContext().newPage();
    await another.goto(frontend);
    await shows(another, 'ada');
  });

  it('has a cookie that no script sees, at the origin of the API neither', async () => {
    const page = await signIn('bea');
    const all = await page.browserContext().cookies();
    const cookies = all.filter(({ domain }) => domain === '127.0.0.1');
    const ticket = { httpOnly: true, secure: true, sameSite: 'Lax', path: '/', session: true };
    expect(cookies.find(({ name }) => name === '__Host-cloakroom')).toMatchObject(ticket);
    expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.goto(`${dev.api}/health`);
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('signs out, and when the back button brings back a page of before, that one asks, and leaves', async () => {
    const page = await signIn('cleo', '/?orders');
    const restored = new Promise<void>((resolve) => {
      page.on('console', (message) => message.text() === 'restored' && resolve());
    });
    await page.evaluate("addEventListener('pageshow', ({ persisted }) => persisted && console.debug('restored'))");
    await page.click('button');
    await page.waitForSelector('input[name=login]');
    const asked = page.waitForResponse(
      (response) => response.url() === `${dev.api}/auth/session` && response.request().method() === 'GET',
    );
    await page.evaluate('history.go(-2)'); // over the page that led here, to the one that shows the name
    await restored;
    expect((await asked).status()).toBe(401);
    await page.waitForSelector('input[name=login]');
    expect(await page.evaluate('document.body.innerText')).not.toContain('cleo');
  });
});

describe('a hostile script in the app', () => {
  const CODE = /[?#& ]code=[\w-]{20}/;
  let context: BrowserContext;
  beforeAll(async () => {
    context = (await signIn('dan')).browserContext();
  });

  const LOST = '/?error=SIGN_IN_LOST#';
  /** The page itself takes the error out of its address, since dan is signed in: by the time of the last look it may have. */
  const OVER = '/#';
  it.each<[Theft['way'], string, string]>([
    ['a popup', 'query', LOST],
    ['a popup', 'fragment', LOST],
    ['a popup', 'form_post', 'SecurityError'],
    ['a frame', 'query', 'SecurityError'],
    ['a frame', 'fragment', 'SecurityError'],
    ['a frame', 'form_post', 'SecurityError'],
    ['the page itself', 'query', LOST],
    ['the page itself', 'fragment', LOST],
    ['the page itself', 'form_post', ''],
  ])('reads no code that arrives in %s by %s', async (way, responseMode, end) => {
    const tab = await context.newPage();
    await tab.goto(frontend);
    if (way === 'a frame') await letCookiesIntoFrames(tab, dev.provider);
    const loot = await stealCode(tab, { provider: dev.provider, api: dev.api, responseMode, way });
    expect(loot.passed).toContainEqual(expect.stringMatching(CODE));
    expect(loot.read.filter((address) => CODE.test(address))).toEqual([]);
    expect(end === LOST ? [LOST, OVER] : [end]).toContain(loot.end.replace(frontend, ''));
  });
});

describe("somebody else's page", () => {
  const ROUTES = { '/auth/logout': 403, '/users/me/sessions': 401 };

  it.each([
    ['another site', () => stranger.replace('127.0.0.1', 'localhost')],
    ['the same site', () => stranger],
  ])('of %s changes nothing, by a form or by a script', async (_, origin) => {
    const page = await signIn('eve');
    const { sessionId } = await sessionOf(page);
    const hostile = await page.browserContext().newPage();
    for (const [path, status] of Object.entries(ROUTES)) {
      await hostile.goto(`${origin()}/nothing`);
      await expect(call(hostile, path, { method: 'POST' })).rejects.toThrow('Failed to fetch');
      await call(hostile, path, { method: 'POST', mode: 'no-cors', headers: {} });
      expect(await postForm(hostile, path)).toBe(status);
    }
    expect(await sessionOf(page)).toMatchObject({ userId: 'eve', sessionId });
    await page.reload();
    await shows(page, 'eve');
  });

  /** The status that the form's answer has. */
  async function postForm(page: Page, path: string): Promise<number | undefined> {
    const answered = page.waitForNavigation();
    await page.evaluate(`{
      const form = document.body.appendChild(document.createElement('form'));
      form.method = 'post';
      form.action = ${JSON.stringify(dev.api + path)};
      form.submit();
    }`);
    return (await answered)?.status();
  }
});
