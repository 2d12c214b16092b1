import { type Browser, createBrowser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browsers, browsersOf, TICKET } from './browsers.ts';
import { controlledDev, type SharedDev } from './dev.ts';

/** As many as one person may have at once. */
const MAX_SESSIONS = 10;

describe.each(['cognito', 'keycloak'])('with a browser, at a provider like %s, a person', (shape) => {
  let dev: SharedDev;
  let at: Browsers;
  beforeAll(async () => {
    dev = await controlledDev(shape);
    at = browsersOf(dev);
  });
  afterAll(() => dev?.assertNoLogHasTokens());
  afterEach(() => at.behave({}));

  it('signs in once, and comes back to where they were, with a cookie that no script can read', async () => {
    const browser = createBrowser();
    const returnTo = '/app?a=1#/orders/7';
    expect(await at.signIn(browser, 'bea-sign-in', { returnTo })).toEqual({ at: returnTo, forms: 1 });
    const session = await at.call(browser, '/auth/session');
    expect(session).toMatchObject({ status: 200, body: { data: { userId: 'bea-sign-in', current: true } } });
    expect(session.headers.get('cache-control')).toBe('no-store');
    expect(await at.isIn(browser)).toBe(true);
    expect(browser.cookies(at.app, { isReadable: true })).toEqual([]);
    const ticket = browser.cookies(at.app).find(({ key }) => key === TICKET);
    expect(ticket).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true });
  });

  it('has another session after each sign-in, and the one before has ended', async () => {
    const browser = await at.signedIn('bob-sign-in');
    const before = browser.copy();
    expect(await at.signIn(browser, 'bob-sign-in')).toEqual({ at: '/app#', forms: 0 });
    expect([await at.isIn(before), await at.isIn(browser)]).toEqual([false, true]);
    expect((await at.call(browser, '/users/me/sessions')).body.data.sessions).toHaveLength(1);
  });

  it('is out at the very next request after another device has ended the session', async () => {
    const [one, two] = [await at.signedIn('cleo-sign-in'), await at.signedIn('cleo-sign-in')];
    expect((await at.call(one, '/users/me/sessions')).body.data.sessions).toHaveLength(2);
    await endFrom(one);
    expect((await at.call(two, '/users/me/sessions')).status).toBe(401);
    expect(await at.call(two, '/auth/session')).toMatchObject({
      status: 410,
      body: { error: { code: 'SESSION_ENDED' } },
    });
    expect(await at.isIn(one)).toBe(true);
  });

  it('signs out, here and at the provider; a copy of all cookies gets nothing afterwards', async () => {
    const browser = await at.signedIn('dora-sign-in');
    const copied = browser.copy();
    const { logoutUrl, providerSessionEnded } = await at.signOut(browser);
    expect(providerSessionEnded).toBe(shape === 'keycloak');
    expect(browser.cookies(at.app).map(({ key }) => key)).not.toContain(TICKET);
    expect(await at.isIn(browser)).toBe(false);
    expect(await at.isIn(copied)).toBe(false);
    if (!providerSessionEnded) await at.open(browser, String(logoutUrl), `${dev.api}/#`);
    for (const each of [browser, copied]) expect(await silently(each)).toBe('/app?error=INTERACTION_REQUIRED#');
  });

  /** Each leaves a browser without a session, whose provider still knows the person. */
  const byItself: Readonly<Record<string, (browser: Browser, user: string) => Promise<unknown>>> = {
    'an expiry': (browser) => at.expire(browser),
    async 'an eviction'(browser, user) {
      await at.age(browser);
      for (let count = 0; count < MAX_SESSIONS; count += 1) await at.signedIn(user);
    },
  };

  it.each(Object.entries(byItself))('is in again without a form after %s', async (name, end) => {
    const user = name.replace(' ', '-');
    const browser = await at.signedIn(user);
    await end(browser, user);
    expect(await at.isIn(browser)).toBe(false);
    expect(await at.signIn(browser, user)).toEqual({ at: '/app#', forms: 0 });
    expect(await at.isIn(browser)).toBe(true);
  });

  const byWill: Readonly<Record<string, (browser: Browser, user: string) => Promise<unknown>>> = {
    'a sign-out': (browser) => at.signOut(browser),
    'a revocation from another device': async (_, user) => endFrom(await at.signedIn(user)),
    async 'the end of all others from another device'(_, user) {
      const other = await at.signedIn(user);
      await at.call(other, '/users/me/sessions?except=current', { method: 'DELETE' });
      expect(await at.isIn(other)).toBe(true);
    },
    async 'a revocation by an administrator'(_, user) {
      const admin = await at.signedIn('admin');
      const { sessions } = (await at.call(admin, `/sessions/user/${user}`)).body.data;
      for (const { sessionId } of sessions) await at.call(admin, `/sessions/${sessionId}`, { method: 'DELETE' });
    },
  };

  // All at once: most wait until a sign-in counts again.
  it('is in again after one form after each ending by will, whoever ended it, and no copied cookie is', async () => {
    const ends = Object.entries(byWill).map(async ([name, end]) => {
      const user = name.replaceAll(' ', '-');
      const browser = await at.signedIn(user);
      const copied = browser.copy();
      await end(browser, user);
      const wasIn = await at.isIn(browser);
      const arrived = await at.signIn(browser, user);
      return { name, wasIn, ...arrived, isIn: await at.isIn(browser), copied: await silently(copied) };
    });
    const copied = '/app?error=INTERACTION_REQUIRED#';
    const expected = { wasIn: false, at: '/app#', forms: 1, isIn: true, copied };
    expect(await Promise.all(ends)).toEqual(Object.keys(byWill).map((name) => ({ name, ...expected })));
  });

  it('is sent in no circle by two tabs after a revocation, and is in when both are back', async () => {
    const browser = await at.signedIn('eli-sign-in');
    await endFrom(await at.signedIn('eli-sign-in'));
    const tabs = await Promise.all([at.begin(browser), at.begin(browser)]);
    for (const tab of tabs) {
      // Where both have left at once, one may be back already, and the provider may ask the other whether it wants to leave.
      let page = tab;
      for (let forms = 0; page.html.includes('<form') && forms < 2; forms += 1) {
        page = await at.fillIn(browser, page, { login: 'eli-sign-in' });
      }
      expect(page.url.href).toBe(`${at.app}#`);
    }
    expect(await at.isIn(browser)).toBe(true);
  });

  it('is told that they must sign out where a provider ignores logout, and is sent in no circle', async () => {
    const browser = await at.signedIn('fay-sign-in');
    await at.behave({ ignoresLogout: true });
    await at.signOut(browser);
    expect(await at.signIn(browser, 'fay-sign-in')).toEqual({ at: '/app?error=REAUTHENTICATION_REQUIRED#', forms: 0 });
    expect(await at.isIn(browser)).toBe(false);
  });

  it('leaves no token of the provider in an answer, a cookie, an address, a table or a log; and no secret of a cookie', async () => {
    const browser = await at.signedIn('joy-sign-in');
    expect(await at.leaks()).toEqual([]);
    const secrets = browser.cookies(at.app).map(({ value }) => value.split('.').at(-1) ?? '');
    expect(secrets.length).toBeGreaterThan(1);
    const stored = await at.stored();
    expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
  });

  /** Ends the sessions of all other devices, one by one. */
  async function endFrom(browser: Browser): Promise<void> {
    const { sessions } = (await at.call(browser, '/users/me/sessions')).body.data;
    for (const { sessionId, current } of sessions) {
      if (!current) expect((await at.call(browser, `/sessions/${sessionId}`, { method: 'DELETE' })).status).toBe(200);
    }
  }

  /** What becomes of somebody who must not be asked. */
  const silently = async (browser: Browser) => (await at.signIn(browser, 'nobody', { silent: '1' })).at;
});
