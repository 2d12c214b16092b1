import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { BehaviourChanges } from '@cloakroom/local';
import { type Browser, createBrowser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type BrowserApp, browserApp } from './browser-app.ts';
import { type Dev, startDev } from './dev.ts';

let dev: Dev;
let app: BrowserApp;
beforeAll(async () => {
  dev = await startDev({ args: ['--provider-control'] });
  app = browserApp(dev.api);
}, 240_000);
afterAll(() => dev.stop());
afterEach(() => behave({}));

/** Makes the provider misbehave from now on. */
async function behave(behaviour: BehaviourChanges): Promise<void> {
  await control('behaviour', behaviour);
}

async function control(path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${dev.provider}/control/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function signedIn(user: string): Promise<Browser> {
  const browser = createBrowser();
  expect(await app.signIn(browser, { login: user })).toEqual({ at: '/app#', forms: 1 });
  return browser;
}

describe('a person with a browser', () => {
  it('signs in once, and comes back to where they were, with a cookie that no script can read', async () => {
    const browser = createBrowser();
    const returnTo = '/app?a=1#/orders/7';
    expect(await app.signIn(browser, { login: 'bea' }, { returnTo })).toEqual({ at: returnTo, forms: 1 });
    expect(await app.call(browser, '/auth/session')).toMatchObject({ status: 200, body: { data: { userId: 'bea' } } });
    expect(browser.cookies(app.page.url.href, { isReadable: true })).toEqual([]);
    const ticket = browser.cookies(app.page.url.href).find(({ key }) => key === '__Host-cloakroom');
    expect(ticket).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true });
  });

  it('is let in after one form where the provider still knew them, and its session has ended first', async () => {
    const browser = await signedIn('eva');
    expect((await app.call(browser, '/auth/logout', { method: 'POST' })).status).toBe(200);
    expect(await app.signIn(browser, { login: 'eva' })).toEqual({ at: '/app#', forms: 1 });
    expect((await app.call(browser, '/users/me/sessions')).status).toBe(200);
  });

  it('is told that they must sign out where a provider ignores logout, and is sent in no circle', async () => {
    const browser = await signedIn('fay');
    expect((await app.call(browser, '/auth/logout', { method: 'POST' })).status).toBe(200);
    await behave({ ignoresLogout: true });
    expect(await app.signIn(browser, { login: 'fay' })).toEqual({
      at: '/app?error=REAUTHENTICATION_REQUIRED#',
      forms: 0,
    });
    expect((await app.call(browser, '/auth/session')).status).toBe(401);
  });
});

describe('what goes wrong at the provider', () => {
  it('comes back as a code when the person cancels', async () => {
    const browser = createBrowser();
    const form = await browser.open(`${dev.api}/auth/login?returnTo=/app%23x`, app.page.url.href);
    const { url } = await browser.submit(form, { cancel: 'yes' }, app.page.url.href);
    expect(url.href).toBe(`${app.page.url.href}?error=SIGN_IN_CANCELLED#x`);
  });

  it.each<[string, BehaviourChanges, string]>([
    [
      'refuses the client',
      { answers: { token: { status: 401, body: { error: 'invalid_client' } } } },
      'PROVIDER_REFUSED',
    ],
    ['fails', { answers: { token: { status: 503 } } }, 'PROVIDER_UNAVAILABLE'],
    ['says that it is busy', errorOf('temporarily_unavailable'), 'PROVIDER_UNAVAILABLE'],
    ['leaves out auth_time', { idToken: { auth_time: null } }, 'PROVIDER_REFUSED'],
    ['answers with the nonce of another', { idToken: { nonce: 'n' } }, 'PROVIDER_REFUSED'],
    ['is another than was asked', { authorizationAnswer: { iss: 'https://other.example' } }, 'PROVIDER_REFUSED'],
  ])('comes back as a code of the list when it %s', async (_, behaviour, code) => {
    await behave(behaviour);
    const browser = createBrowser();
    expect((await app.signIn(browser, { login: 'gus' })).at).toBe(`/app?error=${code}#`);
    expect(browser.cookies(app.page.url.href).map(({ key }) => key)).not.toContain('__Host-cloakroom');
  });

  it.each([60, -60])('is borne where its clock is %i s apart', async (clockOffsetSeconds) => {
    await behave({ clockOffsetSeconds });
    expect((await app.signIn(createBrowser(), { login: 'hal' })).at).toBe('/app#');
  });
});

describe('what is no navigation, or not ours', () => {
  it.each([
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['a worker', { 'sec-fetch-dest': 'empty' }],
  ])('%s begins nothing', async (_, headers) => {
    const browser = createBrowser();
    const { status, html } = await browser.open(`${dev.api}/auth/login`, undefined, { headers });
    expect([status, JSON.parse(html).error.code]).toEqual([403, 'NAVIGATION_REQUIRED']);
    expect(browser.cookies(app.page.url.href)).toEqual([]);
  });

  it('a request with the cookie needs the header, and a page of another site gets nothing', async () => {
    const browser = await signedIn('ida');
    expect((await app.call(browser, '/users/me/sessions', { headers: {} as never })).status).toBe(401);
    const evil = {
      url: new URL(`${dev.provider}/evil`),
      html: `<form action="${dev.api}/auth/logout" method="post"></form>`,
    };
    expect((await browser.submit(evil, {})).status).toBeGreaterThanOrEqual(400);
    await expect(
      browser.fetch(evil, `${dev.api}/auth/session`, { headers: { 'x-cloakroom-csrf': '1' }, credentials: 'include' }),
    ).rejects.toThrow(TypeError);
    expect((await app.call(browser, '/auth/session')).status).toBe(200);
  });

  it("a callback with somebody else's code signs nobody in", async () => {
    const [attacker, victim] = [createBrowser(), createBrowser()];
    const form = await attacker.open(`${dev.api}/auth/login`, app.page.url.href);
    const { url } = await attacker.submit(form, { login: 'mallory' }, `${dev.api}/auth/callback`);
    const arrived = await victim.open(url, app.page.url.href);
    expect(arrived.url.searchParams.get('error')).toBe('SIGN_IN_LOST');
    expect(victim.cookies(app.page.url.href)).toEqual([]);
  });
});

it('no token that the provider has given is in an answer, a cookie, an address, the table or a log', async () => {
  await signedIn('joy');
  const tokens = (await control('issued', null)) as string[];
  expect(tokens.length).toBeGreaterThan(2);
  for (const token of tokens) dev.remember(token);
  const tables = await Promise.all(['cloakroom-dev-sessions', 'cloakroom-dev-events'].map(contentOf));
  expect(tables[0]).toContain('TOKENS#');
  const everything = [...app.seen, ...tables].join('\n');
  expect(everything).toContain('/auth/callback/local?code=');
  expect(tokens.filter((token) => everything.includes(token))).toEqual([]);
  expect(dev.logsWithTokens()).toEqual([]);
});

/** All items of a table, as text; binary attributes also read as such. */
async function contentOf(table: string): Promise<string> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamodb = new DynamoDBClient({ endpoint: dev.aws, region: 'eu-central-1', credentials });
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table }));
  const asText = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  return JSON.stringify(Items, asText);
}

function errorOf(error: string): BehaviourChanges {
  return { authorizationError: { parameters: { error } } };
}
