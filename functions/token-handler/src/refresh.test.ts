import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bench, createBrowser, signIn, startBench, type TestBrowser } from './handler-fixture.ts';
import { copyOf, isIn, REFRESH, refreshesAt, sessionOf, signedIn } from './ticket-fixture.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

let bench: Bench;
let strict: Bench;
beforeAll(async () => {
  bench = await startBench();
  strict = await startBench({ browser: { refreshRotation: 'strict' } });
});
afterAll(() => Promise.all([bench.provider.stop(), strict.provider.stop()]));
beforeEach(() => {
  const calm = { refusals: [], losesAnswers: false, refreshExpiresIn: undefined, duringRefresh: async () => undefined };
  bench.provider.behave({ ...calm, isStrict: false });
  strict.provider.behave({ ...calm, isStrict: true });
});

/** What the authorizer writes down. */
async function use(browser: TestBrowser): Promise<void> {
  const session = await sessionOf(browser, bench);
  if (session !== undefined) await bench.sessions.touch(session);
}

/** Time in which the session is used. */
async function pass(browser: TestBrowser, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 10 * MINUTE) {
    bench.pass(Math.min(left, 10 * MINUTE));
    await use(browser);
  }
}

describe('POST /auth/refresh', () => {
  it('asks the provider, gives a new secret of the same family, and says when to come again', async () => {
    const { browser } = await signedIn(bench);
    const before = browser.ticket ?? '';
    bench.pass(20 * MINUTE);
    const { status, body, headers } = await browser.fetch(REFRESH);
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 200, cache: 'no-store' });
    expect(Date.parse(body.data.recheckAt) / 1000).toBe(bench.now() + HOUR);
    const [old, renewed] = [before.split('.'), (browser.ticket ?? '').split('.')];
    expect(renewed.slice(0, 3)).toEqual(old.slice(0, 3));
    expect(renewed[3]).not.toBe(old[3]);
    expect(await isIn(browser)).toBe(true);
  });

  it('comes again at half of the life of an unused refresh token, by the answer of the provider', async () => {
    bench.provider.behave({ refreshExpiresIn: 1800 });
    const { browser } = await signedIn(bench);
    const first = await browser.fetch('GET /auth/session');
    expect(Date.parse(first.body.data.recheckAt) / 1000).toBe(bench.now() + 900);
    bench.pass(10 * MINUTE);
    const { body } = await browser.fetch(REFRESH);
    expect(Date.parse(body.data.recheckAt) / 1000).toBe(bench.now() + 900);
  });

  it.each(['none', 'strict'])('is one request to the provider for all that ask at once, %s', async (rotation) => {
    const at = rotation === 'strict' ? strict : bench;
    const { browser } = await signedIn(at);
    const before = refreshesAt(at);
    const tabs = Array.from({ length: 20 }, () => copyOf(browser, at));
    const answers = await Promise.all(tabs.map((tab) => tab.fetch(REFRESH)));
    expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    expect(refreshesAt(at) - before).toBe(1);
    expect(new Set(tabs.map(({ ticket }) => ticket)).size).toBe(1);
    // Whose answer was lost still has the old cookie, asks again, and gets the same.
    expect((await browser.fetch(REFRESH)).status).toBe(200);
    expect(browser.ticket).toBe(tabs[0]?.ticket);
    expect(refreshesAt(at) - before).toBe(1);
  });

  it('keeps the rights that the provider gives now', async () => {
    const { browser } = await signedIn(bench);
    expect((await browser.fetch('GET /auth/session')).body.data.scope).toBe('openid orders');
    bench.provider.behave({ accessToken: () => 'opaque' });
    await browser.fetch(REFRESH);
    expect((await browser.fetch('GET /auth/session')).body.data.scope).toBe('');
  });

  it.each<readonly [string, object]>([
    ['without the header', { origin: 'https://app.example.com' }],
    ['without an origin', { 'x-cloakroom-csrf': '1' }],
    ['from another origin', { origin: 'https://evil.example', 'x-cloakroom-csrf': '1' }],
  ])('is refused %s', async (_, headers) => {
    const { browser } = await signedIn(bench);
    const before = refreshesAt(bench);
    const { status, setCookies } = await browser.fetch(REFRESH, { headers: headers as Record<string, string> });
    expect({ status, setCookies, asked: refreshesAt(bench) - before }).toEqual({
      status: 403,
      setCookies: [],
      asked: 0,
    });
  });

  it('is 401 without a ticket, and with one that was made up', async () => {
    expect((await createBrowser(bench).fetch(REFRESH)).status).toBe(401);
    const { browser } = await signedIn(bench);
    const forged = createBrowser(bench);
    const [key, id] = (browser.ticket ?? '').split('.');
    forged.cookies.set('__Host-cloakroom', `${key}.${id}.${'A'.repeat(22)}.${'A'.repeat(43)}`);
    expect((await forged.fetch(REFRESH)).status).toBe(401);
    expect(await isIn(browser)).toBe(true);
  });
});

describe('a provider that does not give new tokens', () => {
  it('ends the session when it says that the grant is over, without burning', async () => {
    const { browser, session } = await signedIn(bench);
    bench.provider.endSession(session.sid);
    const { status, body } = await browser.fetch(REFRESH);
    expect({ status, error: body.error }).toMatchObject({ status: 410, error: { endedReason: 'expired' } });
    // Signing in again asks nobody to leave first.
    expect((await signIn(bench, createBrowser(bench), { ...session })).location).toMatch(
      /^https:\/\/app\.example\.com\//,
    );
  });

  it.each<readonly [string, { status: number; body: object }]>([
    ['429', { status: 429, body: { error: 'slow_down' } }],
    ['503', { status: 503, body: {} }],
    ['500', { status: 500, body: { error: 'server_error' } }],
    ['another client secret', { status: 401, body: { error: 'invalid_client' } }],
  ])('signs nobody out: %s', async (_, refusal) => {
    const { browser } = await signedIn(bench);
    bench.provider.behave({ refusals: [refusal, refusal] });
    const { status, headers, body } = await browser.fetch(REFRESH);
    expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'PROVIDER_UNAVAILABLE' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(await isIn(browser)).toBe(true);
    bench.pass(MINUTE);
    bench.provider.behave({ refusals: [] });
    expect((await browser.fetch(REFRESH)).status).toBe(200);
  });

  it('sends the browser there when it wants to see the person, and ends nothing', async () => {
    const { browser } = await signedIn(bench);
    bench.provider.behave({ refusals: [{ status: 400, body: { error: 'interaction_required' } }] });
    const { status, body } = await browser.fetch(REFRESH);
    expect({ status, code: body.error.code }).toEqual({ status: 401, code: 'RECHECK_REQUIRED' });
    expect(await isIn(browser)).toBe(true);
    expect((await browser.fetch(REFRESH)).status).toBe(200);
  });

  it('is left alone for some seconds: what waited gets the same', async () => {
    const { browser } = await signedIn(bench);
    const down = { status: 503, body: {} };
    bench.provider.behave({ refusals: Array.from({ length: 20 }, () => down) });
    const before = refreshesAt(bench);
    const answers = await Promise.all(Array.from({ length: 10 }, () => copyOf(browser, bench).fetch(REFRESH)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(refreshesAt(bench) - before).toBeLessThanOrEqual(2);
  });

  it('moves the recheck by 5 minutes at a time, for an hour, and then the ticket waits for it', async () => {
    const { browser } = await signedIn(bench);
    const recheckOf = async () => Date.parse((await browser.fetch('GET /auth/session')).body.data.recheckAt) / 1000;
    const due = await recheckOf();
    const refusals = Array.from({ length: 100 }, () => ({ status: 503, body: {} }));
    bench.provider.behave({ refusals });
    await pass(browser, due - bench.now());
    const moved: number[] = [];
    for (let minutes = 0; minutes < 80; minutes += 5) {
      expect((await browser.fetch(REFRESH)).status).toBe(503);
      moved.push((await recheckOf()) - bench.now());
      bench.pass(5 * MINUTE);
      await use(browser);
    }
    expect(moved.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 5 * MINUTE));
    expect(moved.slice(12).every((ahead) => ahead <= 0)).toBe(true);
    expect(await recheckOf()).toBe(due + HOUR);
    bench.provider.behave({ refusals: [] });
    expect((await browser.fetch(REFRESH)).status).toBe(200);
    expect(await recheckOf()).toBe(bench.now() + HOUR);
  });
});
