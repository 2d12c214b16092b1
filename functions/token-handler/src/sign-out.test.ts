import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { parsePublicSessionId } from '@cloakroom/sessions';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  API,
  aProviderSession,
  type Bench,
  BY_PAGE,
  createBrowser,
  FRONTEND,
  signIn,
  startBench,
  type TestBrowser,
} from './handler-fixture.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());

const LEFT = `${API}/auth/left`;

/** The other ways in which the session of a ticket ends. */
async function revoke(browser: TestBrowser): Promise<void> {
  const [key, id] = (browser.ticket ?? '').split('.');
  const address = parsePublicSessionId(`${key}.${id}`);
  if (address === undefined) throw new Error('no ticket');
  await bench.sessions.revoke(address);
}

const posts = (path: string) => bench.provider.posted.filter((request) => request.path === path);

describe('POST /auth/logout', () => {
  it('ends the session here and, where that can be done without the browser, at the provider', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const ticket = browser.ticket ?? '';
    const { status, body, setCookies } = await browser.fetch('POST /auth/logout');
    expect(status).toBe(200);
    expect(body.data.providerSessionEnded).toBe(true);
    expect(setCookies[0]).toBe('__Host-cloakroom=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
    const [ended] = posts('/logout').slice(-1);
    expect(Object.fromEntries(ended?.form ?? [])).toEqual({
      client_id: 'web',
      refresh_token: expect.stringMatching(/^refresh-/),
    });
    browser.cookies.set('__Host-cloakroom', ticket);
    expect((await browser.fetch('GET /auth/session')).body.error).toMatchObject({ endedReason: 'logout' });
    expect(bench.telemetry.counts).toContainEqual({ metric: 'SessionsEnded', dimensions: { reason: 'logout' } });
  });

  it('sends the browser to the provider, and from there to where it was to go', async () => {
    const plain = await startBench({ browser: { logoutHint: 'none' } });
    const browser = createBrowser(plain);
    await signIn(plain, browser, aProviderSession(plain));
    const { body } = await browser.fetch('POST /auth/logout', { body: { returnTo: '/bye#x' } });
    await plain.provider.stop();
    expect(body.data.providerSessionEnded).toBe(false);
    expect(plain.provider.posted.map(({ path }) => path)).toEqual(['/token', '/revoke']);
    const url = new URL(body.data.logoutUrl);
    expect(`${url.origin}${url.pathname}`).toBe(`${plain.provider.issuer}/logout`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'web',
      post_logout_redirect_uri: LEFT,
      state: expect.stringMatching(/^[\w-]{22}$/),
    });
    // Whether the provider sends `state` back or not.
    const there = await browser.go(LEFT);
    expect(there.location).toBe(`${FRONTEND}/bye#x`);
    expect(await browser.go(LEFT)).toMatchObject({ location: `${FRONTEND}/bye#x`, setCookies: [] });
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['without the header', { origin: FRONTEND }],
    ['without an Origin', { 'x-cloakroom-csrf': '1' }],
    ['of another Origin', { ...BY_PAGE, origin: 'https://evil.example' }],
  ])('refuses a request %s, and ends nothing', async (_, headers) => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    expect((await browser.fetch('POST /auth/logout', { headers })).status).toBe(403);
    expect((await browser.fetch('GET /auth/session')).status).toBe(200);
  });

  it('answers 200 and where to go without a ticket, and with one that was made up', async () => {
    const browser = createBrowser(bench);
    const made = `${Buffer.from('U#main#eve').toString('base64url')}.${'A'.repeat(22)}.${'A'.repeat(22)}.${'A'.repeat(43)}`;
    for (const cookies of [[], [['__Host-cloakroom', made]], [['__Host-cloakroom', 'x']]] as [string, string][][]) {
      for (const [name, value] of cookies) browser.cookies.set(name, value);
      const { status, body } = await browser.fetch('POST /auth/logout');
      expect(status).toBe(200);
      expect(body.data.logoutUrl).toContain('/authorize?');
    }
  });

  /** Signs out by a ticket that was revoked elsewhere: its tokens are gone. */
  async function signOutLate(browser: TestBrowser): Promise<string> {
    await signIn(bench, browser, aProviderSession(bench));
    await revoke(browser);
    const { body } = await browser.fetch('POST /auth/logout', { body: { returnTo: '/bye#x' } });
    expect(body.data.providerSessionEnded).toBe(false);
    expect(new URL(body.data.logoutUrl).searchParams.get('prompt')).toBe('none');
    return body.data.logoutUrl;
  }

  it('gets a token without a question, where only that ends the session of the provider, and opens nothing by it', async () => {
    const browser = createBrowser(bench);
    const logoutUrl = await signOutLate(browser);
    const ended = posts('/logout').length;
    // Of a session that nothing is held against: it would let the person in.
    const back = await browser.go(bench.provider.authorize(logoutUrl, aProviderSession(bench)));
    expect(back.location).toBe(`${FRONTEND}/bye#x`);
    expect(posts('/logout')).toHaveLength(ended + 1);
    expect(browser.ticket).toBeUndefined();
  });

  it('goes on to where it was to go when nobody is signed in at the provider', async () => {
    const browser = createBrowser(bench);
    const logoutUrl = await signOutLate(browser);
    const answer = { error: 'login_required', code: undefined };
    const back = await browser.go(bench.provider.authorize(logoutUrl, aProviderSession(bench), answer));
    expect(back.location).toBe(`${FRONTEND}/bye#x`);
  });

  it('goes by the logout of the provider where that did not end its session', async () => {
    const browser = createBrowser(bench);
    const logoutUrl = await signOutLate(browser);
    bench.provider.behave({ endSessionStatus: 500 });
    const back = await browser.go(bench.provider.authorize(logoutUrl, aProviderSession(bench)));
    bench.provider.behave({ endSessionStatus: 204 });
    expect(back.location).toContain(`${bench.provider.issuer}/logout?`);
    expect((await browser.go(LEFT)).location).toBe(`${FRONTEND}/bye#x`);
  });

  it('does nothing to a session by a ticket of another family', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const good = browser.ticket ?? '';
    const thief = createBrowser(bench);
    const [key, id] = good.split('.');
    thief.cookies.set('__Host-cloakroom', `${key}.${id}.${'A'.repeat(22)}.${'A'.repeat(43)}`);
    await thief.fetch('POST /auth/logout');
    expect((await browser.fetch('GET /auth/session')).status).toBe(200);
  });

  it('burns for a ticket that has lapsed, so that the next person there is not silently in', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    bench.pass(3000);
    await browser.fetch('POST /auth/logout');
    const { location } = await signIn(bench, browser, person);
    expect(location).toMatch(/\/auth\/left\?state=/);
  });
});

describe('without its table', () => {
  it('tells of a failure, and clears nothing, where the session could not be ended', async () => {
    const here = await startBench();
    const browser = createBrowser(here);
    await signIn(here, browser, aProviderSession(here));
    const { ticket } = browser;
    await here.dynamodb.send(new DeleteTableCommand({ TableName: here.table }));
    const { status, setCookies } = await browser.fetch('POST /auth/logout');
    expect({ status, setCookies, ticket: browser.ticket }).toEqual({ status: 500, setCookies: [], ticket });
    const { location } = await browser.go('/auth/login');
    await here.provider.stop();
    expect(location).toBe(`${FRONTEND}/?error=SERVICE_UNAVAILABLE#`);
  });
});

describe('GET /auth/left', () => {
  it('goes to the start for whoever comes out of nowhere', async () => {
    expect(await createBrowser(bench).go(LEFT)).toMatchObject({ location: `${FRONTEND}/#`, setCookies: [] });
  });

  it('does not begin the second sign-in twice', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await revoke(browser);
    const leaving = await signIn(bench, browser, person, '?returnTo=/here');
    await browser.go(leaving.location);
    expect(await browser.go(leaving.location)).toMatchObject({ location: `${FRONTEND}/here#`, setCookies: [] });
  });
});

describe('a sign-in at once after a sign-out', () => {
  it('shows the form when what is filled in there counts', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const signedOutAt = bench.now();
    await browser.fetch('POST /auth/logout');
    await browser.go('/auth/login');
    expect(bench.now()).toBe(signedOutAt + 3);
  });
});

describe('a silent sign-in', () => {
  it('gets in directly after an expiry', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    bench.pass(3000);
    expect((await browser.fetch('GET /auth/session')).status).toBe(410);
    expect((await signIn(bench, browser, person)).location).toBe(`${FRONTEND}/#`);
    expect((await browser.fetch('GET /auth/session')).status).toBe(200);
  });

  it.each<readonly [string, (browser: TestBrowser) => Promise<unknown>]>([
    ['a sign-out', (browser) => browser.fetch('POST /auth/logout')],
    ['a revocation', revoke],
  ])('has to leave the provider first after %s, and is in after one form', async (_, end) => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await end(browser);
    bench.pass(100);
    const ended = posts('/logout').length;
    const leaving = await signIn(bench, browser, person, '?returnTo=/here');
    expect(leaving.location).toMatch(/\/auth\/left\?state=[\w-]{22}#$/);
    expect(browser.ticket).toBeUndefined();
    expect(posts('/logout')).toHaveLength(ended + 1);
    const again = await browser.go(leaving.location);
    expect(again.location).toContain(`${bench.provider.issuer}/authorize`);
    // The provider has let the person sign in: another session there.
    const back = await browser.go(
      bench.provider.authorize(again.location, aProviderSession(bench, { sub: person.sub })),
    );
    expect(back.location).toBe(`${FRONTEND}/here#`);
    expect((await browser.fetch('GET /auth/session')).status).toBe(200);
  });

  it('ends with an error at a provider that ignores all that, and loops never', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await revoke(browser);
    const leaving = await signIn(bench, browser, person, '?returnTo=/here');
    const again = await browser.go(leaving.location);
    const back = await browser.go(bench.provider.authorize(again.location, person));
    expect(back.location).toBe(`${FRONTEND}/here?error=REAUTHENTICATION_REQUIRED#`);
    expect(browser.ticket).toBeUndefined();
  });

  it.each([-60, -4, 4, 60])('is judged alike where the clock of the provider is %i s apart', async (offset) => {
    const now = () => bench.now() + offset;
    bench.provider.behave({ nowSeconds: now });
    const browser = createBrowser(bench);
    const person = aProviderSession({ now });
    expect((await signIn(bench, browser, person)).location).toBe(`${FRONTEND}/#`);
    await revoke(browser);
    const leaving = await signIn(bench, browser, person);
    expect(leaving.location).toContain('/auth/left?state=');
    const again = await browser.go(leaving.location);
    const anew = aProviderSession({ now }, { sub: person.sub });
    expect((await browser.go(bench.provider.authorize(again.location, anew))).location).toBe(`${FRONTEND}/#`);
    bench.provider.behave({ nowSeconds: bench.now });
  });

  it('goes by the browser where the provider cannot be told', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await revoke(browser);
    bench.provider.behave({ endSessionStatus: 500 });
    const { location } = await signIn(bench, browser, person);
    bench.provider.behave({ endSessionStatus: 204 });
    expect(location).toContain(`${bench.provider.issuer}/logout?`);
    expect((await browser.go(LEFT)).location).toContain('/authorize?');
  });

  it('in a second tab goes to where it was to go, once the first is in', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await revoke(browser);
    const one = await signIn(bench, browser, person, '?returnTo=/one');
    const two = await signIn(bench, browser, person, '?returnTo=/two');
    const again = await browser.go(one.location);
    await browser.go(bench.provider.authorize(again.location, aProviderSession(bench, { sub: person.sub })));
    expect((await browser.go(two.location)).location).toBe(`${FRONTEND}/two#`);
  });

  it('waits until a sign-in counts before it shows the form', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    await bench.sessions.revokeAll({ user: { issuer: 'main', sub: person.sub } });
    const revokedAt = bench.now();
    const leaving = await signIn(bench, browser, person);
    await browser.go(leaving.location);
    expect(bench.now()).toBeGreaterThanOrEqual(revokedAt + 6);
  });
});
