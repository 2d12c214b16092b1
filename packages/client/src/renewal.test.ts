import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Client } from './client.ts';
import {
  API,
  type FakeApi,
  fakeApi,
  json,
  open,
  REFRESH,
  refusal,
  SESSION,
  sessionOf,
  tabs,
} from './client-fixture.ts';

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

describe('a 401', () => {
  it('is followed by one refresh and one repetition, body and all', async () => {
    api.ticket = 'due';
    expect(await statusOf(client.fetch('/orders', { method: 'POST', body: 'a' }))).toBe(200);
    expect(await statusOf(client.fetch(new Request(`${API}/orders`, { method: 'POST', body: 'b' })))).toBe(200);
    jest.advanceTimersByTime(1);
    api.ticket = 'due';
    expect(await statusOf(client.fetch(new Request(`${API}/orders`, { method: 'POST', body: 'c' })))).toBe(200);
    expect(api.seen.map(({ route, body }) => `${route} ${body}`)).toEqual([
      ...['POST /orders a', `${REFRESH} `, 'POST /orders a', 'POST /orders b'],
      ...['POST /orders c', `${REFRESH} `, 'POST /orders c'],
    ]);
  });

  it('is one refresh for all requests of a tab, also for those that are answered after it', async () => {
    api.ticket = 'due';
    const late = new Promise<Response>((resolve) => setTimeout(() => resolve(json(401)), 5000));
    api.answers.set('GET /late', [() => late]);
    const all = ['/a', '/b', '/c', '/late'].map((path) => statusOf(client.fetch(path)));
    await jest.advanceTimersByTimeAsync(6000);
    expect(await Promise.all(all)).toEqual([200, 200, 200, 200]);
    expect(api.count(REFRESH)).toBe(1);
  });

  it('is one refresh for all tabs and workers', async () => {
    const shared = tabs();
    const clients = [0, 1, 2, 3].map(() => open({ ...api, ...shared }));
    api.ticket = 'due';
    const all = await Promise.all(clients.map((one) => statusOf(one.fetch('/orders'))));
    expect(all).toEqual([200, 200, 200, 200]);
    expect(api.count(REFRESH)).toBe(1);
  });

  it('is taken up by another tab where the one that refreshes gets no answer', async () => {
    const shared = tabs();
    const [one, other] = [open({ ...api, ...shared }), open({ ...api, ...shared })];
    api.ticket = 'due';
    const renewed = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      api.ticket = 'good';
      return json(200, sessionOf('ada'));
    };
    api.answers.set(REFRESH, [() => Promise.reject(new TypeError('Failed to fetch')), renewed]);
    const both = [statusOf(one.fetch('/orders')), statusOf(other.fetch('/orders'))];
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await Promise.all(both)).toEqual([200, 200]);
    expect(api.count(REFRESH)).toBe(2);
  });

  it('is one refresh for a tab without Web Locks and channels', async () => {
    const old = open({ ...api, locks: undefined, openChannel: () => undefined });
    api.ticket = 'due';
    expect(await Promise.all(['/a', '/b'].map((path) => statusOf(old.fetch(path))))).toEqual([200, 200]);
    expect(api.count(REFRESH)).toBe(1);
  });

  it.each([
    ['nobody is signed in', refusal(401, { code: 'UNAUTHORIZED' })],
    ['the session has ended', refusal(410, { code: 'SESSION_ENDED', endedReason: 'revoked' })],
    ['the page may not refresh', refusal(403, { code: 'CSRF_REFUSED' })],
  ])('is the answer where %s', async (_, answer) => {
    api.ticket = 'due';
    api.answers.set(REFRESH, [() => answer]);
    expect(await statusOf(client.fetch('/orders'))).toBe(401);
    expect(api.seen.map(({ route }) => route)).toEqual([ORDERS, REFRESH]);
  });

  it('is the answer where the renewed ticket gets the same', async () => {
    api.answers.set(ORDERS, [() => json(401), () => json(401)]);
    expect(await statusOf(client.fetch('/orders'))).toBe(401);
    expect(api.seen.map(({ route }) => route)).toEqual([ORDERS, REFRESH, ORDERS]);
  });

  it('is the answer to a stream, which cannot be sent again; the next request finds the ticket renewed', async () => {
    api.ticket = 'due';
    const body = new Blob(['a']).stream();
    expect(await statusOf(client.fetch('/orders', { method: 'POST', body }))).toBe(401);
    expect(await statusOf(client.fetch('/orders'))).toBe(200);
    expect(api.seen.map(({ route }) => route)).toEqual(['POST /orders', REFRESH, ORDERS]);
  });

  it('ends with the signal of the request, however long the refresh takes', async () => {
    api.ticket = 'due';
    api.answers.set(REFRESH, [() => new Promise(() => undefined)]);
    const caller = new AbortController();
    const answer = client.fetch('/orders', { signal: caller.signal });
    await jest.advanceTimersByTimeAsync(10);
    caller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

describe('a provider that is down', () => {
  const down = () => refusal(503, { code: 'PROVIDER_UNAVAILABLE' }, 10);

  it('is not seen as long as the API lets the old ticket in', async () => {
    api.answers.set(ORDERS, [() => json(401)]);
    api.answers.set(REFRESH, [down]);
    expect(await statusOf(client.fetch('/orders'))).toBe(200);
    expect(await statusOf(client.fetch('/orders'))).toBe(200);
    expect(api.seen.map(({ route }) => route)).toEqual([ORDERS, REFRESH, ORDERS, ORDERS]);
  });

  it('is asked again when it has asked for, once for all', async () => {
    api.ticket = 'due';
    api.answers.set(REFRESH, [down]);
    const all = Promise.all(['/a', '/b', '/c'].map((path) => statusOf(client.fetch(path))));
    await jest.advanceTimersByTimeAsync(9_900);
    expect(api.count(REFRESH)).toBe(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(await all).toEqual([200, 200, 200]);
    expect(api.count(REFRESH)).toBe(2);
  });

  it('is an error with its code in the end, and no 401', async () => {
    api.ticket = 'due';
    api.answers.set(
      REFRESH,
      Array.from({ length: 5 }, () => down),
    );
    const answer = client.fetch('/orders');
    const caught = expect(answer).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 10 });
    await jest.advanceTimersByTimeAsync(60_000);
    await caught;
    expect(api.count(REFRESH)).toBe(3);
  });
});

describe('a ticket that will be due', () => {
  const inTenMinutes = () => json(200, sessionOf('ada', new Date(Date.now() + 600_000).toISOString()));
  beforeEach(async () => {
    api.answers.set(SESSION, [inTenMinutes]);
    await client.session();
  });

  it('is renewed before, if the page was used', async () => {
    await client.fetch('/orders');
    await jest.advanceTimersByTimeAsync(500_000);
    expect(api.count(REFRESH)).toBe(0);
    await jest.advanceTimersByTimeAsync(90_000);
    expect(api.count(REFRESH)).toBe(1);
    await jest.advanceTimersByTimeAsync(7_200_000); // not used since
    expect(api.count(REFRESH)).toBe(1);
  });

  it('is left to idle out where the page only asks by itself', async () => {
    api.answers.set(SESSION, [inTenMinutes]);
    await client.fetch('/orders', { background: true });
    await client.session();
    await jest.advanceTimersByTimeAsync(599_000);
    expect(api.count(REFRESH)).toBe(0);
  });

  it('is renewed before the first request after a pause', async () => {
    await jest.advanceTimersByTimeAsync(700_000);
    api.ticket = 'due';
    await client.fetch('/orders');
    expect(api.seen.map(({ route }) => route)).toEqual([SESSION, REFRESH, ORDERS]);
  });

  it('holds no request up where the provider is down, and the API lets the old one in', async () => {
    await jest.advanceTimersByTimeAsync(700_000);
    api.answers.set(REFRESH, [() => refusal(503, { code: 'PROVIDER_UNAVAILABLE' }, 10)]);
    for (let request = 0; request < 3; request += 1) expect(await statusOf(client.fetch('/orders'))).toBe(200);
    expect(api.seen.map(({ route }) => route)).toEqual([SESSION, REFRESH, ORDERS, ORDERS, ORDERS]);
  });

  it('is not renewed without end where the clock is wrong', async () => {
    const past = () => json(200, sessionOf('ada', new Date(Date.now() - 7_200_000).toISOString()));
    api.answers.set(SESSION, [past]);
    api.answers.set(REFRESH, [past, past, past]);
    await client.session();
    for (let request = 0; request < 5; request += 1) await client.fetch('/orders');
    await jest.advanceTimersByTimeAsync(7_200_000);
    expect(api.count(REFRESH)).toBe(1);
  });
});
