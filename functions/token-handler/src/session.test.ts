import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aProviderSession,
  type Bench,
  BY_PAGE,
  createBrowser,
  FRONTEND,
  signIn,
  startBench,
} from './handler-fixture.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());

describe('GET /auth/session', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['the header', { origin: FRONTEND }, 403],
    ['a listed origin', { ...BY_PAGE, origin: 'https://evil.example' }, 403],
  ])('refuses a request without %s', async (_, headers, status) => {
    expect((await createBrowser(bench).fetch('GET /auth/session', { headers })).status).toBe(status);
  });

  it('answers 401 without a ticket, and for one that was made up', async () => {
    const browser = createBrowser(bench);
    expect((await browser.fetch('GET /auth/session')).status).toBe(401);
    await signIn(bench, browser, aProviderSession(bench));
    const [key, id] = (browser.ticket ?? '').split('.');
    browser.cookies.set('__Host-cloakroom', `${key}.${id}.${'A'.repeat(22)}.${'A'.repeat(43)}`);
    expect((await browser.fetch('GET /auth/session')).status).toBe(401);
  });

  it('ends the session of a ticket with the right family and another secret', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const good = browser.ticket ?? '';
    browser.cookies.set('__Host-cloakroom', `${good.slice(0, good.lastIndexOf('.'))}.${'A'.repeat(43)}`);
    expect((await browser.fetch('GET /auth/session')).status).toBe(410);
    browser.cookies.set('__Host-cloakroom', good);
    expect((await browser.fetch('GET /auth/session')).status).toBe(410);
  });

  it('is no use of the session', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const expires = (await browser.fetch('GET /auth/session')).body.data.expiresAt;
    bench.pass(1000);
    expect((await browser.fetch('GET /auth/session')).body.data.expiresAt).toBe(expires);
    bench.pass(1200);
    expect((await browser.fetch('GET /auth/session')).body.error).toMatchObject({ endedReason: 'expired' });
  });
});
