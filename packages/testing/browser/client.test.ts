import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { textFromBase64url } from '@cloakroom/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page, Target } from 'puppeteer-core';
import { OTHER_SITE } from './serve-pages.ts';
import { type App, fillIn, openTab, shows, startApp } from './start-app.ts';

let app: App;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  app = await startApp(['--provider-control']);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  dynamodb = new DynamoDBClient({ endpoint: app.dev.aws, region: 'eu-central-1', credentials });
}, 120_000);
afterAll(async () => {
  dynamodb?.destroy();
  await app?.stop();
});

/** Waits until the page's client is there for tests, which is at the end of its script. */
async function isReady(page: Page): Promise<void> {
  await page.waitForFunction('globalThis.cloakroom !== undefined', { polling: 50 });
}

/** What the page's client answers to so many requests at once: the status, or the code of an error. */
function fetchAll(page: Page, paths: readonly string[]): Promise<(number | string)[]> {
  const fetchOne = 'async (path) => cloakroom.fetch(path).then(({ status }) => status, ({ code }) => code)';
  return page.evaluate(`Promise.all(${JSON.stringify(paths)}.map(${fetchOne}))`) as never;
}

/** The same, by the service worker of the page. */
function fetchAllInWorker(page: Page, paths: readonly string[]): Promise<(number | string)[]> {
  const fetchOne = `(path) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    navigator.serviceWorker.controller.postMessage(path, [port2]);
  })`;
  return page.evaluate(`Promise.all(${JSON.stringify(paths)}.map(${fetchOne}))`) as never;
}

async function startWorker(page: Page): Promise<Target> {
  await page.evaluate(`navigator.serviceWorker.register('/worker.js', { type: 'module' })`);
  await page.waitForFunction('navigator.serviceWorker.controller !== null', { polling: 50 });
  return app.browser.waitForTarget(
    (target) => target.type() === 'service_worker' && target.browserContext() === page.browserContext(),
  );
}

/** Lets the time come at which the provider is to be asked: in the table itself, since nobody waits for an hour. */
async function makeDue(page: Page): Promise<void> {
  const { sessionId } = (await page.evaluate('cloakroom.session()')) as { sessionId: string };
  const [userKey = '', id] = sessionId.split('.');
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: 'cloakroom-dev-sessions',
      Key: { user_key: { S: textFromBase64url(userKey) ?? '' }, item: { S: `SESSION#${id}` } },
      UpdateExpression: 'SET recheck_at = created_at',
      ConditionExpression: 'attribute_exists(recheck_at)',
    }),
  );
}

interface Traffic {
  readonly refreshes: () => number;
  readonly refusals: () => number;
}

/** What the pages and the worker send to the API from now on, and how often it says 401. */
async function watch(targets: readonly Target[]): Promise<Traffic> {
  const refreshes: string[] = [];
  const refusals: string[] = [];
  for (const target of targets) {
    const session = await target.createCDPSession();
    session.on('Network.requestWillBeSent', ({ request }) => {
      if (request.method === 'POST' && request.url.endsWith('/auth/refresh')) refreshes.push(request.url);
    });
    session.on('Network.responseReceived', ({ response }) => {
      if (response.status === 401) refusals.push(response.url);
    });
    await session.send('Network.enable');
  }
  return { refreshes: () => refreshes.length, refusals: () => refusals.length };
}

async function controlProvider(command: string, body: unknown): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${app.dev.provider}/control/${command}`, init);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** How often the provider was asked to confirm this person. */
async function refreshesAtProvider(user: string): Promise<number> {
  const all = (await controlProvider('refreshes', null)) as readonly { sub: string }[];
  return all.filter(({ sub }) => sub === user).length;
}

describe('two tabs and a service worker', () => {
  let context: BrowserContext;
  let tabs: readonly [Page, Page];
  let worker: Target;
  beforeAll(async () => {
    const first = await app.signIn('ada');
    worker = await startWorker(first);
    context = first.browserContext();
    const second = await openTab(context, app.frontend);
    await shows(second, 'ada');
    for (const tab of [first, second]) await isReady(tab);
    tabs = [first, second];
  });

  const PATHS = ['/users/me/sessions', '/users/me/events', '/auth/session'];

  it('refresh once for all, and see no 401', async () => {
    const [first, second] = tabs;
    const traffic = await watch([first.target(), second.target(), worker]);
    const before = await refreshesAtProvider('ada');
    await makeDue(first);
    const answers = await Promise.all([
      fetchAll(first, PATHS),
      fetchAll(second, PATHS),
      fetchAllInWorker(first, PATHS),
    ]);
    expect(answers).toEqual([PATHS, PATHS, PATHS].map((paths) => paths.map(() => 200)));
    expect(traffic.refusals()).toBeGreaterThan(0); // it was due
    expect(traffic.refreshes()).toBe(1);
    expect((await refreshesAtProvider('ada')) - before).toBe(1);
  });

  it('are all signed out by one, and what was private is gone', async () => {
    const [first, second] = tabs;
    await first.bringToFront();
    await first.click('button');
    await shows(second, '');
    expect(await fetchAllInWorker(second, ['/users/me/events'])).toEqual([401]);
    await second.bringToFront();
    await second.waitForSelector('input[name=login]');
  });
});

describe('a page whose provider gives no refresh token', () => {
  beforeAll(() => controlProvider('behaviour', { givesRefreshTokens: false }));
  afterAll(() => controlProvider('behaviour', {}));

  it('goes there when the person does something, and is back where it was, without a question', async () => {
    const page = await app.signIn('dora', '/?orders#/7');
    await isReady(page);
    await makeDue(page);
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).origin));
    const back = page.waitForNavigation();
    expect(await fetchAll(page, ['/users/me/events'])).toEqual(['RECHECK_REQUIRED']);
    await back;
    await shows(page, 'dora');
    expect(page.url()).toBe(`${app.frontend}/?orders#/7`);
    expect(visited).toEqual([app.frontend]); // no form on the way
    await isReady(page);
    expect(await fetchAll(page, ['/users/me/events'])).toEqual([200]);
  });
});

describe('the back button after a sign-out', () => {
  it.each([true, false])('shows nothing private, with the back-forward cache: %s', async (isCached) => {
    const page = await app.signIn('bea', '/?orders');
    // A page that listens to this is not kept.
    if (!isCached) await page.evaluate("addEventListener('unload', () => {})");
    const restored: boolean[] = [];
    await page.exposeFunction('note', (persisted: boolean) => restored.push(persisted));
    await page.evaluate("addEventListener('pageshow', ({ persisted }) => note(persisted))");
    await page.click('button');
    await page.waitForSelector('input[name=login]');
    await page.evaluate('history.go(-2)'); // over the page that led here, to the one that shows the name
    await page.waitForSelector('input[name=login]');
    expect(restored).toEqual(isCached ? [true] : []);
    expect(await page.evaluate('document.body.innerText')).not.toContain('bea');
  });
});

describe('a page of another site than the API', () => {
  /** On the way back from the sign-in the cookie becomes what it is with `SESSION_SAME_SITE=None`: it may go along to other sites. */
  async function letCookieAlong(page: Page): Promise<void> {
    const session = await page.createCDPSession();
    await page.setRequestInterception(true);
    page.on('request', async (request) => {
      if (request.url() === `${app.frontend}${OTHER_SITE}#`) {
        const { cookies } = await session.send('Network.getCookies', { urls: [app.dev.api] });
        const ticket = cookies.find(({ name }) => name === '__Host-cloakroom');
        const { name = '', value = '' } = ticket ?? {};
        const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'None' } as const;
        await session.send('Network.setCookie', { url: app.dev.api, name, value, ...attributes });
      }
      await request.continue();
    });
  }

  /** Why the ticket did not go along with requests of the page, each time that there was one. */
  async function noteBlocked(page: Page): Promise<string[][]> {
    const reasons: string[][] = [];
    const session = await page.createCDPSession();
    session.on('Network.requestWillBeSentExtraInfo', ({ associatedCookies }) => {
      const ticket = associatedCookies.find(({ cookie }) => cookie.name === '__Host-cloakroom');
      if (ticket !== undefined && ticket.blockedReasons.length > 0) reasons.push(ticket.blockedReasons);
    });
    await session.send('Network.enable');
    return reasons;
  }

  it('says once that its cookie is blocked, back from the second sign-in, and goes nowhere any more', async () => {
    // A private window blocks cookies of third parties.
    const page = await (await app.browser.createBrowserContext()).newPage();
    await letCookieAlong(page);
    const blocked = await noteBlocked(page);
    const signIns: string[] = [];
    page.on('request', (request) => request.url().includes('/auth/login?') && signIns.push(request.url()));
    await page.goto(app.frontend + OTHER_SITE);
    await fillIn(page, { user: 'cleo', shown: 'COOKIES_BLOCKED' });
    expect(new URL(page.url()).hostname).toBe('localhost');
    expect(signIns).toHaveLength(2);
    await page.reload();
    await shows(page, 'COOKIES_BLOCKED');
    expect(signIns).toHaveLength(2);
    // By the browser's choice, and by nothing that the cookie says.
    expect([...new Set(blocked.flat())]).toEqual(['UserPreferences']);
  });
});
