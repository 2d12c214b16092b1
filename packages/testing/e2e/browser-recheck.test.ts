import type { Browser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browsers, browsersOf } from './browsers.ts';
import { controlledDev, type SharedDev } from './dev.ts';

const UNAVAILABLE = { status: 503, body: { error: 'temporarily_unavailable' } };

describe.each(['cognito', 'keycloak'])('at a provider like %s that gives no refresh tokens, a ticket', (shape) => {
  let dev: SharedDev;
  let at: Browsers;
  beforeAll(async () => {
    dev = await controlledDev(shape);
    at = browsersOf(dev);
  });
  afterAll(() => dev?.assertNoLogHasTokens());
  beforeEach(() => at.behave({ givesRefreshTokens: false }));
  afterEach(() => at.behave({}));

  const recheck = (browser: Browser) => at.signIn(browser, 'nobody', { silent: '1' });
  /** The API itself, past what a page is told of its own session. */
  const apiOf = async (browser: Browser) => (await at.call(browser, '/users/me/sessions')).status;

  async function due(user: string): Promise<Browser> {
    const browser = await at.signedIn(user);
    await at.makeDue(browser);
    expect(await apiOf(browser)).toBe(401);
    expect(await at.call(browser, '/auth/refresh', { method: 'POST' })).toMatchObject({
      status: 401,
      body: { error: { code: 'RECHECK_REQUIRED' } },
    });
    return browser;
  }

  it('that is due stays the same, once the browser has been at the provider and nobody was asked', async () => {
    const browser = await due('ada-recheck');
    const ticket = at.ticketOf(browser);
    expect(await recheck(browser)).toEqual({ at: '/app#', forms: 0 });
    expect(at.ticketOf(browser)).toBe(ticket);
    expect(await at.isIn(browser)).toBe(true);
    expect((await at.call(browser, '/users/me/sessions')).body.data.sessions).toHaveLength(1);
    const { recheckAt } = (await at.call(browser, '/auth/session')).body.data;
    expect(Date.parse(recheckAt) - Date.now()).toBeGreaterThan(850_000);
  });

  it('is over when nobody is signed in at the provider any more, and opens nothing; the next takes one form', async () => {
    const browser = await due('bea-recheck');
    // Its logout token, where it sends one, does not get here.
    await at.behave({ givesRefreshTokens: false, logoutToken: { aud: 'nobody' } });
    await at.endSessionsOf('bea-recheck');
    expect(await recheck(browser)).toEqual({ at: '/app?error=INTERACTION_REQUIRED#', forms: 0 });
    expect(await at.call(browser, '/auth/session')).toMatchObject({
      status: 410,
      body: { error: { code: 'SESSION_ENDED', endedReason: 'expired' } },
    });
    expect(await apiOf(browser)).toBe(401);
    expect(await at.signIn(browser, 'bea-recheck')).toEqual({ at: '/app#', forms: 1 });
  });

  it('of somebody who was disabled at the provider gets nobody in', async () => {
    const browser = await due('cleo-recheck');
    await at.behave({ givesRefreshTokens: false, disabledUsers: ['cleo-recheck'] });
    expect((await recheck(browser)).at).toContain('?error=');
    expect(await apiOf(browser)).toBe(401);
  });

  it('outlives an outage of the token endpoint', async () => {
    const browser = await due('dora-recheck');
    await at.behave({ givesRefreshTokens: false, answers: { token: UNAVAILABLE } });
    expect((await recheck(browser)).at).toBe('/app?error=PROVIDER_UNAVAILABLE#');
    expect(await apiOf(browser)).toBe(200);
    await at.behave({ givesRefreshTokens: false });
    expect(await recheck(browser)).toEqual({ at: '/app#', forms: 0 });
    expect(await at.isIn(browser)).toBe(true);
  });

  it('has a refresh token from then on where the provider gives one', async () => {
    const browser = await due('eli-recheck');
    await at.behave({});
    expect(await recheck(browser)).toEqual({ at: '/app#', forms: 0 });
    await at.makeDue(browser);
    expect((await at.call(browser, '/auth/refresh', { method: 'POST' })).status).toBe(200);
    expect(await at.isIn(browser)).toBe(true);
  });
});
