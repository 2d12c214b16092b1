import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aProviderSession, type Bench, createBrowser, FRONTEND, signIn, startBench } from './handler-fixture.ts';
import { isIn, REFRESH, refreshesAt, signedIn } from './ticket-fixture.ts';

const CLOSED = `${FRONTEND}/?error=SIGN_IN_CLOSED#`;
const WRITES = ['PutItem', 'UpdateItem', 'TransactWriteItems'];

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());
beforeEach(() => {
  bench.setBootstrap('on');
  bench.telemetry.counts.length = 0;
});

const writes = async () => (await bench.takeRequests()).filter(({ name }) => WRITES.includes(name));

describe('while sign-in is closed', () => {
  it('nobody is sent to the provider who has no ticket, silently or not', async () => {
    bench.setBootstrap('off');
    await bench.takeRequests();
    for (const query of ['', '?silent=1', '?stepUp=1']) {
      const answer = await createBrowser(bench).go(`/auth/login${query}`);
      expect(answer).toMatchObject({ status: 302, location: CLOSED, setCookies: [] });
    }
    expect(await writes()).toEqual([]);
    expect(bench.telemetry.counts).toContainEqual({
      metric: 'SignInRefused',
      dimensions: { reason: 'SIGN_IN_CLOSED' },
    });
  });

  it('a sign-in that was under way opens nothing', async () => {
    const browser = createBrowser(bench);
    const { location } = await browser.go('/auth/login?returnTo=/orders%23/7');
    bench.setBootstrap('off');
    const answer = await browser.go(bench.provider.authorize(location, aProviderSession(bench)));
    expect(answer.location).toBe(`${FRONTEND}/orders?error=SIGN_IN_CLOSED#/7`);
    expect(browser.ticket).toBeUndefined();
  });

  it('nor does one by the ticket of somebody else, which stays', async () => {
    const { browser } = await signedIn(bench);
    bench.setBootstrap('off');
    expect((await signIn(bench, browser, aProviderSession(bench))).location).toBe(CLOSED);
    expect(await isIn(browser)).toBe(true);
  });

  it('tokens give no ticket, and their refresh token is not used', async () => {
    bench.setBootstrap('off');
    const given = bench.provider.give(aProviderSession(bench), 'web');
    const body = {
      accessToken: given.access_token,
      idToken: given.id_token,
      refreshToken: given.refresh_token,
    };
    const before = refreshesAt(bench);
    await bench.takeRequests();
    const answer = await createBrowser(bench).fetch('POST /auth/session', { body });
    expect(answer).toMatchObject({ status: 403, setCookies: [], body: { error: { code: 'SIGN_IN_CLOSED' } } });
    expect(refreshesAt(bench)).toBe(before);
    expect(await writes()).toEqual([]);
    bench.setBootstrap('on');
    expect((await createBrowser(bench).fetch('POST /auth/session', { body })).status).toBe(200);
  });

  it('a session goes on: it is seen, refreshed, rechecked, stepped up and signed out of', async () => {
    const { browser, session } = await signedIn(bench);
    bench.setBootstrap('off');
    expect(await isIn(browser)).toBe(true);
    expect((await browser.fetch(REFRESH)).status).toBe(200);
    expect((await signIn(bench, browser, session, '?silent=1')).location).toBe(`${FRONTEND}/#`);
    const before = browser.ticket;
    expect((await signIn(bench, browser, session, '?stepUp=1')).location).toBe(`${FRONTEND}/#`);
    expect(browser.ticket).not.toBe(before);
    expect((await browser.fetch('POST /auth/logout')).status).toBe(200);
    expect((await browser.go('/auth/login')).location).toBe(CLOSED);
    bench.setBootstrap('on');
    expect((await signIn(bench, browser, { ...session, sid: 'another', authTime: bench.now() })).location).toBe(
      `${FRONTEND}/#`,
    );
  });

  it('a ticket that has expired gets nobody in again', async () => {
    const { browser } = await signedIn(bench);
    bench.setBootstrap('off');
    bench.pass(3600);
    expect((await browser.go('/auth/login')).location).toBe(CLOSED);
  });
});
