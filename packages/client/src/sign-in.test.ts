import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Client } from './client.ts';
import type { CloakroomClientError } from './client-error.ts';
import {
  APP,
  type FakeApi,
  type FakePageOptions,
  fakeApi,
  fakePage,
  json,
  open,
  refusal,
  SESSION,
} from './client-fixture.ts';

let api: FakeApi;
beforeEach(() => {
  jest.useFakeTimers();
  api = fakeApi();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A client in a page, which notes what the person is told. */
function inPage(options: FakePageOptions = {}) {
  const page = fakePage(options);
  const client = open({ ...api, fetch: (input, init) => api.fetch(input, init), page });
  const told: string[] = [];
  client.onError((error: CloakroomClientError) => told.push(error.code));
  return { page, client, told };
}

const queryOf = (address = '') => Object.fromEntries(new URL(address).searchParams);

/** Lets it go on, also where it waits for a page that is gone. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  const pending = Symbol('pending');
  await jest.advanceTimersByTimeAsync(1);
  const value = await Promise.race([promise, Promise.resolve(pending)]);
  return value === pending ? 'pending' : value;
}

const signInWhereNeeded = ({ client }: { client: Client }) => settled(client.session({ orSignIn: true }));

describe('signIn', () => {
  it('comes back to path, query and fragment, without an error of before', () => {
    const { page, client } = inPage({ address: `${APP}/orders?error=SIGN_IN_LOST&q=a%20b&error=mine#/7` });
    client.signIn();
    expect(page.wentTo[0]).toMatch(/^https:\/\/api\.example\.com\/auth\/login\?/);
    expect(queryOf(page.wentTo[0])).toEqual({ returnTo: '/orders?q=a%20b&error=mine#/7', frontend: APP });
  });

  it('names the issuer, passes on parameters, and asks for more', () => {
    const { page, client } = inPage();
    const parameters = { acr_values: 'gold', returnTo: 'https://evil.example' };
    client.signIn({ issuer: 'staff', parameters, stepUp: true });
    const query = { issuer: 'staff', acr_values: 'gold', stepUp: '1', returnTo: '/', frontend: APP };
    expect(queryOf(page.wentTo[0])).toEqual(query);
  });

  it('is nothing that a worker can do', async () => {
    const worker = open(api);
    expect(() => worker.signIn()).toThrow(expect.objectContaining({ code: 'PAGE_REQUIRED' }));
    api.ticket = 'none';
    expect(await worker.session({ orSignIn: true })).toBeUndefined();
  });
});

describe('session', () => {
  it('shows who is signed in, and goes nowhere', async () => {
    const { page, client } = inPage();
    expect(await client.session({ orSignIn: true })).toMatchObject({ userId: 'ada' });
    expect(page.wentTo).toEqual([]);
  });

  it.each([
    ['none', refusal(401, { code: 'UNAUTHORIZED' })],
    ['one that has ended', refusal(410, { code: 'SESSION_ENDED', endedReason: 'expired' })],
  ])('is undefined where there is %s, and goes nowhere unless it is told to', async (_, answer) => {
    const { page, client } = inPage();
    api.answers.set(SESSION, [() => answer]);
    expect(await client.session()).toBeUndefined();
    expect(page.wentTo).toEqual([]);
  });

  it('goes to the sign-in where it is told to; whoever goes back sees the page without it', async () => {
    api.ticket = 'none';
    const here = inPage();
    const asked = here.client.session({ orSignIn: true });
    expect(await settled(asked)).toBe('pending');
    expect(here.page.wentTo).toHaveLength(1);
    here.page.restore();
    expect(await asked).toBeUndefined();
    expect(here.page.wentTo).toHaveLength(1);
  });

  it('waits in a hidden tab, and then asks again', async () => {
    api.ticket = 'none';
    const [lone, second] = [inPage(), inPage()];
    for (const { page } of [lone, second]) page.hide();
    const asked = [lone, second].map(({ client }) => client.session({ orSignIn: true }));
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect([lone, second].flatMap(({ page }) => page.wentTo)).toEqual([]);
    lone.page.show();
    await jest.advanceTimersByTimeAsync(1);
    expect(lone.page.wentTo).toHaveLength(1);
    api.ticket = 'good';
    second.page.show();
    expect(await asked[1]).toMatchObject({ userId: 'ada' });
    expect(second.page.wentTo).toEqual([]);
  });

  it.each([
    [
      503,
      refusal(503, { code: 'DEPENDENCY_UNAVAILABLE' }, 2),
      { code: 'DEPENDENCY_UNAVAILABLE', retryAfterSeconds: 2 },
    ],
    [403, refusal(403, { code: 'CSRF_REFUSED' }), { code: 'CSRF_REFUSED' }],
    [500, json(500), { code: 'UNREACHABLE' }],
  ])('is an error where the API does not say, and no sign-in: %s', async (_, answer, error) => {
    const { page, client } = inPage();
    api.answers.set(
      SESSION,
      Array.from({ length: 3 }, () => () => answer.clone()),
    );
    const caught = expect(client.session({ orSignIn: true })).rejects.toMatchObject(error);
    await jest.advanceTimersByTimeAsync(10_000);
    await caught;
    expect(page.wentTo).toEqual([]);
  });

  it('asks again when the API has asked for', async () => {
    const { client } = inPage();
    api.answers.set(SESSION, [() => refusal(503, { code: 'DEPENDENCY_UNAVAILABLE' }, 2)]);
    const session = client.session();
    await jest.advanceTimersByTimeAsync(1900);
    expect(api.count(SESSION)).toBe(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(await session).toMatchObject({ userId: 'ada' });
  });

  it('is an error where there is no answer', async () => {
    const { client } = inPage();
    api.answers.set(SESSION, [() => Promise.reject(new TypeError('Failed to fetch'))]);
    await expect(client.session()).rejects.toMatchObject({ code: 'UNREACHABLE', cause: expect.any(TypeError) });
  });
});

describe('an error in the address', () => {
  it('is told once, and nothing signs in by itself while it stands there; the person can', async () => {
    api.ticket = 'none';
    const { page, client, told } = inPage({ address: `${APP}/orders?error=SIGN_IN_CANCELLED#7` });
    for (let asked = 0; asked < 3; asked += 1) expect(await client.session({ orSignIn: true })).toBeUndefined();
    expect({ told, wentTo: page.wentTo }).toEqual({ told: ['SIGN_IN_CANCELLED'], wentTo: [] });
    client.signIn();
    expect(page.wentTo).toHaveLength(1);
  });

  it.each(['SIGN_IN_LOST', 'SIGN_IN_CANCELLED'])('is dropped if somebody is signed in: %s', async (code) => {
    const { page, client, told } = inPage({ address: `${APP}/orders?q=1&error=${code}#7` });
    expect(await client.session()).toMatchObject({ userId: 'ada' });
    expect({ told, address: page.address().href }).toEqual({ told: [], address: `${APP}/orders?q=1#7` });
  });

  it('is told to somebody who is signed in where it is about them', async () => {
    const { page, client, told } = inPage({ address: `${APP}/?error=OTHER_USER` });
    expect(await client.session()).toMatchObject({ userId: 'ada' });
    expect({ told, address: page.address().href }).toEqual({
      told: ['OTHER_USER'],
      address: `${APP}/?error=OTHER_USER`,
    });
  });

  it('is none of ours where it is written in another way', async () => {
    api.ticket = 'none';
    const here = inPage({ address: `${APP}/?error=no+such+order&myerror=SIGN_IN_LOST` });
    await signInWhereNeeded(here);
    expect({ told: here.told, wentTo: here.page.wentTo.length }).toEqual({ told: [], wentTo: 1 });
  });
});

describe('a browser that sends no cookie', () => {
  /** Loads the page again and again in one tab, as the sign-in leads back to it. */
  async function load(storage: Map<string, string>, options: FakePageOptions = {}) {
    const here = inPage({ storage, ...options });
    await signInWhereNeeded(here);
    return here;
  }

  it('is found back from the second sign-in in a row: told once, and nothing goes on by itself', async () => {
    api.ticket = 'none';
    const storage = new Map<string, string>();
    const [first, second, third] = [await load(storage), await load(storage), await load(storage)];
    expect([first, second, third].map(({ page }) => page.wentTo.length)).toEqual([1, 1, 0]);
    for (let asked = 0; asked < 3; asked += 1) await third.client.session({ orSignIn: true });
    expect([first, second, third].map(({ told }) => told)).toEqual([[], [], ['COOKIES_BLOCKED']]);
    expect(third.page.wentTo).toEqual([]);
    third.client.signIn();
    expect(third.page.wentTo).toHaveLength(1);
  });

  it('is not one that has shown a session in between', async () => {
    const storage = new Map<string, string>();
    for (const ticket of ['none', 'good', 'none', 'good', 'none'] as const) {
      api.ticket = ticket;
      const { page, told } = await load(storage);
      expect({ told, wentTo: page.wentTo.length }).toEqual({ told: [], wentTo: ticket === 'none' ? 1 : 0 });
    }
  });

  it.each<[string, FakePageOptions]>([
    ['came back with an error', { address: `${APP}/?error=PROVIDER_UNAVAILABLE` }],
    ['went back', { isRevisited: true }],
  ])('is not one where the person %s', async (_, options) => {
    api.ticket = 'none';
    const storage = new Map<string, string>();
    await load(storage);
    await load(storage, options);
    await load(storage);
    await load(storage, options);
    const { told, page } = await load(storage);
    expect({ told, wentTo: page.wentTo.length }).toEqual({ told: [], wentTo: 1 });
  });

  it('is not counted where it keeps nothing: there no sign-in begins by itself at all', async () => {
    api.ticket = 'none';
    const here = inPage({ storage: undefined });
    await signInWhereNeeded(here);
    expect({ told: here.told, wentTo: here.page.wentTo }).toEqual({ told: ['COOKIES_BLOCKED'], wentTo: [] });
  });
});
