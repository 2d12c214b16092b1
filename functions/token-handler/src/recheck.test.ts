import { anIssuer } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aProviderSession,
  type Bench,
  createBrowser,
  FRONTEND,
  signIn,
  startBench,
  type TestBrowser,
} from './handler-fixture.ts';
import type { ProviderSession } from './provider-fixture.ts';

const MINUTE = 60;
const SILENT = '?silent=1&returnTo=/x';

/** The refresh tokens of this provider, if it gave any, would die within twenty minutes: a recheck is due every ten. */
let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ browser: { refreshIdleSeconds: 20 * MINUTE } });
});
afterAll(() => bench.provider.stop());
beforeEach(() => bench.provider.behave({ hasRefreshTokens: false, refusals: [], accessClaims: {} }));

interface SignedIn {
  readonly browser: TestBrowser;
  readonly person: ProviderSession;
  readonly ticket: string;
}

async function signedIn(person = aProviderSession(bench)): Promise<SignedIn> {
  const browser = createBrowser(bench);
  await signIn(bench, browser, person);
  return { browser, person, ticket: browser.ticket ?? '' };
}

const ask = (browser: TestBrowser) => browser.fetch('GET /auth/session');
const shown = async (browser: TestBrowser) => (await ask(browser)).body.data;
const secondsOf = (time: string) => Date.parse(time) / 1000;

/** The browser comes back from the provider with this in place of a code. */
async function comesBackWith(browser: TestBrowser, answer: Readonly<Record<string, string | undefined>>) {
  const { location } = await browser.go(`/auth/login${SILENT}`);
  return browser.go(bench.provider.authorize(location, aProviderSession(bench), { code: undefined, ...answer }));
}

describe('a silent sign-in with a ticket', () => {
  it('asks the provider, which must not ask the person', async () => {
    const { browser } = await signedIn();
    const { location } = await browser.go(`/auth/login${SILENT}`);
    expect(new URL(location).searchParams.get('prompt')).toBe('none');
    const line = bench.telemetry.lines.findLast(({ code }) => code === 'sign_in.started');
    expect(line?.fields).toMatchObject({ why: 'recheck' });
  });

  it.each([
    ['before its recheck', 5 * MINUTE],
    ['past its recheck', 15 * MINUTE],
  ])('keeps the session, the cookie and what it was at, %s', async (_, passed) => {
    const { browser, person, ticket } = await signedIn();
    const before = await shown(browser);
    bench.pass(passed);
    const { location, setCookies } = await signIn(bench, browser, person, SILENT);
    expect(location).toBe(`${FRONTEND}/x#`);
    expect(setCookies).toHaveLength(1); // the flow's
    expect(browser.ticket).toBe(ticket);
    expect(await shown(browser)).toEqual({ ...before, recheckAt: expect.any(String) });
    expect(secondsOf((await shown(browser)).recheckAt)).toBe(bench.now() + 10 * MINUTE);
    expect(bench.telemetry.counts).toContainEqual({ metric: 'TicketsRefreshed', dimensions: { issuer: 'main' } });
  });

  it('takes the rights of now', async () => {
    const { browser, person } = await signedIn();
    expect(await shown(browser)).toMatchObject({ scope: 'openid orders' });
    bench.provider.behave({ accessClaims: { scope: 'openid' } });
    await signIn(bench, browser, person, SILENT);
    expect(await shown(browser)).toMatchObject({ scope: 'openid' });
  });

  it('goes on with the refresh token that it brings', async () => {
    const { browser, person } = await signedIn();
    expect((await browser.fetch('POST /auth/refresh')).body.error.code).toBe('RECHECK_REQUIRED');
    bench.provider.behave({ hasRefreshTokens: true });
    await signIn(bench, browser, person, SILENT);
    bench.pass(MINUTE);
    expect((await browser.fetch('POST /auth/refresh')).status).toBe(200);
  });

  it('leaves the ID token that signing out there takes, where that is all there is', async () => {
    const okta = await startBench({ browser: { logoutHint: 'id_token' } });
    okta.provider.behave({ hasRefreshTokens: false });
    const browser = createBrowser(okta);
    await signIn(okta, browser, aProviderSession(okta));
    expect((await browser.fetch('POST /auth/refresh')).body.error.code).toBe('RECHECK_REQUIRED');
    const { logoutUrl } = (await browser.fetch('POST /auth/logout')).body.data;
    await okta.provider.stop();
    expect(new URL(logoutUrl).searchParams.get('id_token_hint')).toMatch(/^ey/);
  });

  it('goes on for one who has ended all other sessions and kept this one', async () => {
    const { browser, person, ticket } = await signedIn();
    const { userId, sessionId } = await shown(browser);
    bench.pass(MINUTE);
    await bench.sessions.revokeAll({ user: { issuer: 'main', sub: userId }, except: sessionId.split('.')[1] });
    await signIn(bench, browser, person, SILENT);
    expect(browser.ticket).toBe(ticket);
    expect((await ask(browser)).status).toBe(200);
  });

  it('is a sign-in like any other in another session at the provider, and takes the place of the old one', async () => {
    const { browser, person, ticket } = await signedIn();
    bench.pass(MINUTE);
    await signIn(bench, browser, { ...person, sid: 'another', authTime: bench.now() }, SILENT);
    expect(browser.ticket).not.toBe(ticket);
    expect((await ask(browser)).status).toBe(200);
    const old = createBrowser(bench);
    old.cookies.set('__Host-cloakroom', ticket);
    expect((await ask(old)).body.error).toMatchObject({ endedReason: 'replaced' });
  });

  it('changes nothing for another person', async () => {
    const { browser, ticket } = await signedIn();
    const before = await shown(browser);
    const { location } = await signIn(bench, browser, aProviderSession(bench), SILENT);
    expect(location).toBe(`${FRONTEND}/x?error=OTHER_USER#`);
    expect(browser.ticket).toBe(ticket);
    expect(await shown(browser)).toEqual(before);
  });

  it('brings back no session that was ended while the browser was on its way', async () => {
    const { browser, person } = await signedIn();
    const { location } = await browser.go(`/auth/login${SILENT}`);
    const { userId, sessionId } = await shown(browser);
    await bench.sessions.revoke({ user: { issuer: 'main', sub: userId }, id: sessionId.split('.')[1] });
    const back = await browser.go(bench.provider.authorize(location, person));
    expect(back.location).toContain(`${bench.provider.issuer}/logout`);
    expect(browser.ticket).toBeUndefined();
    const again = await browser.go('/auth/left');
    const next = bench.provider.authorize(again.location, aProviderSession(bench));
    expect((await browser.go(next)).location).toBe(`${FRONTEND}/x#`);
    expect((await shown(browser)).userId).not.toBe(userId);
  });

  it('is at the issuer of the ticket, where none is named, and elsewhere a sign-in', async () => {
    const endpoints = { authorization: 'https://first.example/authorize', token: 'https://first.example/token' };
    const browserSide = { clientId: 'web', frontends: [{ url: FRONTEND }], endpoints };
    const first = anIssuer({ alias: 'first', issuer: 'https://first.example', clientIds: ['web'] });
    const two = await startBench({ before: [{ ...first, browser: browserSide }] });
    const browser = createBrowser(two);
    await signIn(two, browser, aProviderSession(two), '?issuer=main');
    const whyOf = async (query: string) => {
      const { location } = await browser.go(`/auth/login${query}`);
      const line = two.telemetry.lines.findLast(({ code }) => code === 'sign_in.started');
      return [new URL(location).origin, line?.fields?.why];
    };
    expect(await whyOf('?silent=1')).toEqual([two.provider.issuer, 'recheck']);
    expect(await whyOf('?stepUp=1')).toEqual([two.provider.issuer, 'step_up']);
    expect(await whyOf('?silent=1&issuer=first')).toEqual(['https://first.example', 'sign_in']);
    expect(await whyOf('')).toEqual(['https://first.example', 'sign_in']);
    await two.provider.stop();
  });

  it('opens a session where the old one has expired', async () => {
    const { browser, person, ticket } = await signedIn();
    bench.pass(40 * MINUTE);
    await signIn(bench, browser, person, SILENT);
    expect(browser.ticket).not.toBe(ticket);
    expect((await ask(browser)).status).toBe(200);
  });
});

describe('a provider that does not confirm a session', () => {
  it('since nobody is signed in there, ends it as an expiry, and burns nothing', async () => {
    const { browser, person, ticket } = await signedIn();
    bench.pass(MINUTE);
    const { location } = await comesBackWith(browser, { error: 'login_required' });
    expect(location).toBe(`${FRONTEND}/x?error=INTERACTION_REQUIRED#`);
    expect((await ask(browser)).body.error).toMatchObject({ code: 'SESSION_ENDED', endedReason: 'expired' });
    expect(bench.telemetry.counts).toContainEqual({
      metric: 'RefreshFailed',
      dimensions: { issuer: 'main', reason: 'ended' },
    });
    expect((await signIn(bench, browser, person)).location).toBe(`${FRONTEND}/#`);
    expect(browser.ticket).not.toBe(ticket);
    expect((await ask(browser)).status).toBe(200);
  });

  it('though nobody is signed in there, ends none that has a refresh token: that may be good for longer', async () => {
    bench.provider.behave({ hasRefreshTokens: true });
    const { browser } = await signedIn();
    const { location } = await comesBackWith(browser, { error: 'login_required' });
    expect(location).toBe(`${FRONTEND}/x?error=INTERACTION_REQUIRED#`);
    expect((await ask(browser)).status).toBe(200);
  });

  it.each([
    ['interaction_required', 'INTERACTION_REQUIRED'],
    ['consent_required', 'INTERACTION_REQUIRED'],
    ['access_denied', 'SIGN_IN_CANCELLED'],
    ['temporarily_unavailable', 'PROVIDER_UNAVAILABLE'],
    ['nonsense', 'PROVIDER_REFUSED'],
  ])('with %s ends nothing, and puts nothing off', async (error, code) => {
    const { browser } = await signedIn();
    bench.pass(10 * MINUTE);
    const before = await shown(browser);
    expect((await comesBackWith(browser, { error })).location).toBe(`${FRONTEND}/x?error=${code}#`);
    expect(await shown(browser)).toEqual(before);
  });

  it('does not confirm it to another browser, nor by a code that was made up', async () => {
    const { browser } = await signedIn();
    bench.pass(10 * MINUTE);
    const before = await shown(browser);
    expect((await comesBackWith(browser, { code: 'made-up' })).location).toContain('error=PROVIDER_REFUSED');
    expect((await comesBackWith(createBrowser(bench), { error: 'login_required' })).location).toContain('error=');
    expect(await shown(browser)).toEqual(before);
  });

  it.each([[429], [500], [503]])('since its token endpoint answers %s, bridges five minutes', async (status) => {
    const { browser, person, ticket } = await signedIn();
    bench.pass(10 * MINUTE);
    bench.provider.behave({ refusals: [{ status, body: { error: 'server_error' } }] });
    const { location } = await signIn(bench, browser, person, SILENT);
    expect(location).toBe(`${FRONTEND}/x?error=PROVIDER_UNAVAILABLE#`);
    expect(browser.ticket).toBe(ticket);
    expect(secondsOf((await shown(browser)).recheckAt)).toBe(bench.now() + 5 * MINUTE);
    expect(bench.telemetry.counts).toContainEqual({
      metric: 'RefreshFailed',
      dimensions: { issuer: 'main', reason: 'unavailable' },
    });
  });
});
