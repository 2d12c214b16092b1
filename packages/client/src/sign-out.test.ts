import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Client } from './client.ts';
import {
  type FakeApi,
  type FakePage,
  fakeApi,
  fakePage,
  json,
  LOGOUT,
  open,
  REFRESH,
  refusal,
  SESSION,
  sessionOf,
  tabs,
} from './client-fixture.ts';

interface Tab {
  readonly client: Client;
  readonly page: FakePage;
  readonly heard: string[];
}

let api: FakeApi;
let shared: ReturnType<typeof tabs>;
beforeEach(() => {
  jest.useFakeTimers();
  api = fakeApi();
  shared = tabs();
});
afterEach(() => {
  jest.useRealTimers();
});

async function openTab(): Promise<Tab> {
  const page = fakePage();
  const client = open({ ...api, fetch: (input, init) => api.fetch(input, init), ...shared, page });
  const heard: string[] = [];
  client.onSignedOut((reason) => heard.push(reason));
  await client.session();
  return { client, page, heard };
}

/** What is under way between tabs has arrived. */
const messages = () => jest.advanceTimersByTimeAsync(1);

describe('signOut', () => {
  it('goes to the logout of the provider, and says where it comes back to', async () => {
    const { client, page } = await openTab();
    const logoutUrl = 'https://idp.example.com/logout?x';
    api.answers.set(LOGOUT, [() => json(200, { data: { logoutUrl, providerSessionEnded: false } })]);
    expect(await client.signOut({ returnTo: '/bye?x#y' })).toBe(logoutUrl);
    expect(page.wentTo).toEqual([logoutUrl]);
    expect(JSON.parse(api.seen.at(-1)?.body ?? '')).toEqual({ returnTo: '/bye?x#y' });
  });

  it.each([
    ['has ended', { logoutUrl: 'https://idp.example.com/logout', providerSessionEnded: true }],
    ['cannot be ended', { logoutUrl: null, providerSessionEnded: false }],
  ])('goes to a page of its own where the session at the provider %s', async (_, data) => {
    const { client, page } = await openTab();
    api.answers.set(LOGOUT, [() => json(200, { data }), () => json(200, { data })]);
    await client.signOut();
    await client.signOut({ returnTo: '/bye?x#y' });
    expect(page.wentTo).toEqual(['/', '/bye?x#y']);
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '',
  ])('never leads to %j', async (returnTo) => {
    const { client, page } = await openTab();
    await client.signOut({ returnTo });
    expect(page.wentTo).toEqual(['/']);
  });

  it('works with a ticket that has lapsed, and without one', async () => {
    const { client, page } = await openTab();
    api.ticket = 'none';
    await client.signOut();
    expect(page.wentTo).toEqual(['/']);
    expect(api.count(REFRESH)).toBe(0);
  });

  it('is an error where nobody has been signed out, and the page stays', async () => {
    const [tab, other] = [await openTab(), await openTab()];
    api.answers.set(LOGOUT, [() => refusal(403, { code: 'CSRF_REFUSED' })]);
    await expect(tab.client.signOut()).rejects.toMatchObject({ code: 'CSRF_REFUSED' });
    await messages();
    expect([tab.page.wentTo, tab.heard, other.heard]).toEqual([[], [], []]);
    // It still hears what happens.
    api.ticket = 'none';
    await tab.client.session();
    expect(tab.heard).toEqual(['unknown']);
  });

  it('tells a worker where a page is to go', async () => {
    const worker = open(api);
    expect(await worker.signOut({ returnTo: '/bye' })).toBe('/bye');
  });

  it('is heard in the other tabs, and not in this one, which a listener would keep from leaving', async () => {
    const [tab, other] = [await openTab(), await openTab()];
    api.ticket = 'none';
    await tab.client.signOut();
    await tab.client.fetch('/orders'); // a poll that is late
    await messages();
    expect([tab.heard, other.heard]).toEqual([[], ['signed_out']]);
  });
});

describe('onSignedOut', () => {
  it.each([
    ['revoked', 'SESSION_ENDED', 410],
    [undefined, 'UNAUTHORIZED', 401],
  ])('hears once, in every tab, that the session has ended: %s', async (endedReason, code, status) => {
    const [tab, other] = [await openTab(), await openTab()];
    api.ticket = 'due';
    const ended = () => refusal(status, { code, ...(endedReason === undefined ? {} : { endedReason }) });
    api.answers.set(REFRESH, [ended, ended, ended]);
    for (let asked = 0; asked < 3; asked += 1) expect((await tab.client.fetch('/orders')).status).toBe(401);
    await messages();
    expect([tab.heard, other.heard]).toEqual([[endedReason ?? 'unknown'], [endedReason ?? 'unknown']]);
  });

  it('hears nothing where nobody was signed in', async () => {
    api.ticket = 'none';
    const { client, heard } = await openTab();
    await client.session();
    await client.fetch('/orders');
    expect(heard).toEqual([]);
  });

  it('hears nothing of an outage', async () => {
    const { client, heard } = await openTab();
    api.answers.set(SESSION, [() => refusal(503, { code: 'DEPENDENCY_UNAVAILABLE' })]);
    await expect(client.session()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(heard).toEqual([]);
  });

  it('hears in a page from the back-forward cache that nobody is signed in any more', async () => {
    const { client, page, heard } = await openTab();
    await client.signOut();
    api.ticket = 'none';
    page.restore();
    await messages();
    expect(heard).toEqual(['unknown']);
  });

  it('hears nothing in a page from the cache whose person is still signed in', async () => {
    const { page, heard } = await openTab();
    page.restore();
    await messages();
    expect(heard).toEqual([]);
    expect(api.count(SESSION)).toBe(2);
  });

  it('hears in other tabs that somebody else has signed in', async () => {
    const tab = await openTab();
    api.answers.set(SESSION, [() => json(200, sessionOf('bob'))]);
    const other = await openTab();
    await messages();
    expect([tab.heard, other.heard]).toEqual([['other_user'], []]);
  });

  it('hears no more when it has had enough', async () => {
    const { client } = await openTab();
    const heard: string[] = [];
    const stop = client.onSignedOut((reason) => heard.push(reason));
    stop();
    api.ticket = 'none';
    await client.session();
    expect(heard).toEqual([]);
  });
});
