import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Client } from './client.ts';
import { CloakroomClientError } from './client-error.ts';
import {
  API,
  type FakeApi,
  fakeApi,
  fakePage,
  json,
  open,
  REFRESH,
  refusal,
  SESSION,
  sessionOf,
  tabs,
} from './client-fixture.ts';
import { openClient } from './open-client.ts';

const ORDERS = 'GET /orders';
let api: FakeApi;
let client: Client;
beforeEach(() => {
  jest.useFakeTimers();
  api = fakeApi();
  client = open(api);
});
afterEach(() => {
  jest.useRealTimers();
});

const statusOf = async (answer: Promise<Response>) => (await answer).status;

describe('a request', () => {
  it('goes to the API with cookie and header; its own headers stay', async () => {
    await client.fetch('/orders?open', { headers: { 'if-match': '"3"' } });
    await client.fetch(new Request(`${API}/orders`, { method: 'PUT', body: 'a', headers: { 'x-mine': '1' } }));
    const [first, second] = api.seen;
    expect(first).toMatchObject({ route: 'GET /orders?open', credentials: 'include' });
    expect(Object.fromEntries(first?.headers ?? [])).toMatchObject({ 'x-cloakroom-csrf': '1', 'if-match': '"3"' });
    expect(first?.headers.has('x-cloakroom-background')).toBe(false);
    expect(second).toMatchObject({ route: 'PUT /orders', body: 'a', credentials: 'include' });
    expect(Object.fromEntries(second?.headers ?? [])).toMatchObject({ 'x-cloakroom-csrf': '1', 'x-mine': '1' });
  });

  it('tells that the page asks by itself', async () => {
    await client.fetch('/orders', { background: true });
    expect(api.seen[0]?.headers.get('x-cloakroom-background')).toBe('1');
  });

  it.each([
    'https://evil.example/orders',
    '//evil.example/orders',
    'https://api.example.com.evil.example/',
    'https://api.example.com@evil.example/',
    'http://api.example.com/orders',
    'https://api.example.com:8443/orders',
    'data:text/plain,x',
  ])('is not sent to %s', async (address) => {
    const refused = { code: 'OTHER_ORIGIN' };
    await expect(client.fetch(address)).rejects.toMatchObject(refused);
    await expect(client.fetch(new URL(address, API))).rejects.toMatchObject(refused);
    expect(api.seen).toEqual([]);
  });

  it('stays below the path of an API that has one', async () => {
    const below = openClient({ apiUrl: `${API}/api/` }, { ...tabs(), ...api, nowMs: Date.now, page: undefined });
    await below.fetch('/orders');
    await expect(below.fetch('/../orders')).rejects.toThrow(CloakroomClientError);
    expect(api.seen.map(({ route }) => route)).toEqual(['GET /api/orders']);
  });
});

describe('a recheck by navigation', () => {
  const demanded = () => refusal(401, { code: 'RECHECK_REQUIRED' });
  beforeEach(() => {
    api.ticket = 'due';
    api.answers.set(
      REFRESH,
      Array.from({ length: 9 }, () => demanded),
    );
  });

  it('is where the page goes, silently, once; the request says so', async () => {
    const page = fakePage({ address: 'https://app.example.com/orders?open#7' });
    const inPage = open({ ...api, page });
    const rejected = { code: 'RECHECK_REQUIRED' };
    await expect(inPage.fetch('/orders')).rejects.toMatchObject(rejected);
    await expect(inPage.fetch('/orders')).rejects.toMatchObject(rejected);
    expect(page.wentTo).toHaveLength(1);
    const { pathname, searchParams } = new URL(page.wentTo[0] ?? '');
    expect(pathname).toBe('/auth/login');
    expect(Object.fromEntries(searchParams)).toMatchObject({ silent: '1', returnTo: '/orders?open#7' });
  });

  it('is not for a poll, nor in a worker', async () => {
    const page = fakePage();
    await expect(open({ ...api, page }).fetch('/orders', { background: true })).rejects.toThrow(CloakroomClientError);
    await expect(client.fetch('/orders')).rejects.toThrow(CloakroomClientError);
    expect(page.wentTo).toEqual([]);
  });

  it('waits in a hidden tab until somebody turns to it, and is left out if another tab has done it meanwhile', async () => {
    const session = () => json(200, sessionOf('ada', new Date(Date.now() - 1000).toISOString()));
    for (const isDoneElsewhere of [false, true]) {
      const page = fakePage();
      const hidden = open({ ...api, page });
      const seen = session();
      api.answers.set(SESSION, [() => seen.clone(), () => (isDoneElsewhere ? json(200, sessionOf('ada')) : seen)]);
      await hidden.session();
      page.hide();
      await expect(hidden.fetch('/orders')).rejects.toThrow(CloakroomClientError);
      await jest.advanceTimersByTimeAsync(1000);
      expect(page.wentTo).toEqual([]);
      page.show();
      await jest.advanceTimersByTimeAsync(0);
      expect(page.wentTo).toHaveLength(isDoneElsewhere ? 0 : 1);
    }
  });

  it('does not begin while an error stands in the address, nor again at once', async () => {
    const failed = fakePage({ address: 'https://app.example.com/?error=PROVIDER_UNAVAILABLE' });
    await expect(open({ ...api, page: failed }).fetch('/orders')).rejects.toThrow(CloakroomClientError);
    expect(failed.wentTo).toEqual([]);
    const storage = new Map<string, string>();
    const pages = [fakePage({ storage }), fakePage({ storage })];
    for (const page of pages)
      await expect(open({ ...api, page }).fetch('/orders')).rejects.toThrow(CloakroomClientError);
    expect(pages.map(({ wentTo }) => wentTo.length)).toEqual([1, 0]);
  });
});

describe('a step-up challenge', () => {
  const challenge = (header: string, value: string) => () => json(401, {}, { [header]: value });

  it.each([
    [
      'Bearer error="insufficient_user_authentication", acr_values="gold platinum", max_age="60"',
      { acr_values: 'gold platinum', max_age: '60' },
    ],
    ['Bearer realm="x", error="insufficient_user_authentication", max_age=5', { max_age: '5' }],
    ['Bearer error=insufficient_user_authentication', {}],
  ])('is an error with its parameters: %s', async (value, parameters) => {
    for (const header of ['www-authenticate', 'x-amzn-remapped-www-authenticate']) {
      api.answers.set(ORDERS, [challenge(header, value)]);
      await expect(client.fetch('/orders')).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED', parameters });
    }
    expect(api.count(REFRESH)).toBe(0);
  });

  it('is no other challenge', async () => {
    api.answers.set(ORDERS, [challenge('www-authenticate', 'Bearer error="invalid_token"')]);
    expect(await statusOf(client.fetch('/orders'))).toBe(200);
  });
});
