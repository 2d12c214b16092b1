import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API, aProviderSession, type Bench, createBrowser, FRONTEND, signIn, startBench } from './handler-fixture.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());

describe('a sign-in', () => {
  it('asks the provider for a code that only this flow can use', async () => {
    const browser = createBrowser(bench);
    const { status, location, setCookies, headers } = await browser.go('/auth/login?returnTo=/orders');
    expect(status).toBe(302);
    const url = new URL(location);
    expect(url.href.startsWith(`${bench.provider.issuer}/authorize?`)).toBe(true);
    expect(location.endsWith('#')).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'web',
      response_type: 'code',
      redirect_uri: `${API}/auth/callback/main`,
      scope: 'openid',
      code_challenge_method: 'S256',
      max_age: String(30 * 86_400),
    });
    for (const name of ['state', 'nonce']) expect(url.searchParams.get(name)).toMatch(/^[\w-]{22}$/);
    expect(url.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(setCookies).toEqual([
      expect.stringMatching(
        /^__Host-cloakroom-flow-[\w-]{22}=\d+\.[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('ends at the frontend, with a ticket and without a token', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    const { location, setCookies } = await signIn(bench, browser, person, '?returnTo=/orders%3Fa=1%23/7');
    expect(location).toBe(`${FRONTEND}/orders?a=1#/7`);
    expect(setCookies.at(-1)).toMatch(/^__Host-cloakroom=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const { status, body } = await browser.fetch('GET /auth/session');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      userId: person.sub,
      isActive: true,
      current: true,
      issuer: 'main',
      scope: 'openid orders',
    });
  });

  it('leaves no code and no token in the table, a log or an answer', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    const answers = [await signIn(bench, browser, person), await browser.fetch('GET /auth/session')];
    const { Items } = await bench.dynamodb.send(new ScanCommand({ TableName: bench.table }));
    // Bytes of the table as text, or what is kept in them would not be found.
    const plain = (_: string, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
    const all = [Items, bench.telemetry.lines, bench.telemetry.counts, answers, [...browser.cookies]];
    const seen = JSON.stringify(all, plain);
    expect(bench.provider.secrets.length).toBeGreaterThan(3);
    expect(bench.provider.secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  });

  it('ends at another of the frontends, by its name or origin, and never at a third', async () => {
    const at = async (frontend: string) => {
      const query = `?frontend=${encodeURIComponent(frontend)}`;
      return (await signIn(bench, createBrowser(bench), aProviderSession(bench), query)).location;
    };
    expect(await at('https://two.example.com')).toBe('https://two.example.com/#');
    expect(await at('app')).toBe(`${FRONTEND}/#`);
    expect(await at('https://evil.example')).toBe(`${FRONTEND}/#`);
  });

  it('begins at the public host, whichever the browser came by, and goes there once', async () => {
    const browser = createBrowser(bench);
    const elsewhere = { host: 'abc.execute-api.eu-central-1.amazonaws.com' };
    const first = await browser.go('/auth/login?returnTo=/a%3Fb', elsewhere);
    expect(first.location).toBe(`${API}/auth/login?returnTo=%2Fa%3Fb&via=1#`);
    expect(first.setCookies).toEqual([]);
    const second = await browser.go(first.location, elsewhere);
    expect(second.location).toContain(`${bench.provider.issuer}/authorize`);
  });

  it('keeps five flows at most, and lets the oldest go', async () => {
    const browser = createBrowser(bench);
    const states: (string | null)[] = [];
    for (let i = 0; i < 7; i += 1) {
      states.push(new URL((await browser.go('/auth/login')).location).searchParams.get('state'));
      bench.pass(1);
    }
    expect([...browser.cookies.keys()].map((name) => name.replace('__Host-cloakroom-flow-', ''))).toEqual(
      states.slice(2),
    );
  });

  it('replaces the session of the ticket that the browser had, without burning', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    const before = browser.ticket;
    await signIn(bench, browser, person);
    const old = createBrowser(bench);
    old.cookies.set('__Host-cloakroom', before ?? '');
    expect(await old.fetch('GET /auth/session')).toMatchObject({
      status: 410,
      body: { error: { endedReason: 'replaced' } },
    });
    expect((await browser.fetch('GET /auth/session')).status).toBe(200);
    expect(bench.telemetry.counts).toContainEqual({ metric: 'SessionsEnded', dimensions: { reason: 'replaced' } });
  });
});

describe('a callback', () => {
  it('that comes again within a minute is sent on, exchanges nothing and sets nothing', async () => {
    const browser = createBrowser(bench);
    const { location } = await browser.go('/auth/login?returnTo=/x');
    const address = bench.provider.authorize(location, aProviderSession(bench));
    await browser.go(address);
    const asked = bench.provider.posted.length;
    bench.pass(59);
    const again = await browser.go(address);
    expect(again).toMatchObject({ status: 302, location: `${FRONTEND}/x#`, setCookies: [] });
    expect(bench.provider.posted).toHaveLength(asked);
  });

  const lost = `${FRONTEND}/?error=SIGN_IN_LOST#`;
  it.each<readonly [string, (address: string) => Promise<string>]>([
    ['in another browser', async (address) => (await createBrowser(bench).go(address)).location],
    ['with another state', async (address) => (await createBrowser(bench).go(`${address}x`)).location],
    [
      'at an issuer that there is not',
      async (address) => (await createBrowser(bench).go(address.replace('/main', '/other'))).location,
    ],
  ])('%s is lost', async (_, arrive) => {
    const { location } = await createBrowser(bench).go('/auth/login');
    expect(await arrive(bench.provider.authorize(location, aProviderSession(bench)))).toBe(lost);
  });

  it('after an hour is lost', async () => {
    const browser = createBrowser(bench);
    const { location } = await browser.go('/auth/login');
    bench.pass(3600);
    expect((await browser.go(bench.provider.authorize(location, aProviderSession(bench)))).location).toBe(lost);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['a prefetch', { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document' }, 403],
    ['a frame', { 'sec-fetch-dest': 'iframe' }, 403],
    ['a fetch', { 'sec-fetch-dest': 'empty' }, 403],
  ])('of %s is refused and uses nothing up', async (_, headers, status) => {
    const browser = createBrowser(bench);
    const { location } = await browser.go('/auth/login');
    const address = bench.provider.authorize(location, aProviderSession(bench));
    expect(await browser.go(address, headers)).toMatchObject({
      status,
      body: { error: { code: 'NAVIGATION_REQUIRED' } },
    });
    expect((await browser.go(address)).location).toBe(`${FRONTEND}/#`);
  });

  it.each<readonly [string, Readonly<Record<string, string | undefined>>, string]>([
    [
      'a cancellation',
      { code: undefined, error: 'access_denied', error_description: '<b>No</b>' },
      'SIGN_IN_CANCELLED',
    ],
    ['a silent sign-in that cannot be', { code: undefined, error: 'login_required' }, 'INTERACTION_REQUIRED'],
    ['a provider that is down', { code: undefined, error: 'temporarily_unavailable' }, 'PROVIDER_UNAVAILABLE'],
    ['any other error', { code: undefined, error: 'nonsense' }, 'PROVIDER_REFUSED'],
    ['neither code nor error', { code: undefined }, 'PROVIDER_REFUSED'],
    ['an answer of another issuer', { iss: 'https://other.example' }, 'PROVIDER_REFUSED'],
    ['an answer without iss of a provider that announces it', { iss: undefined }, 'PROVIDER_REFUSED'],
    ['a code of somebody else', { code: 'made-up' }, 'PROVIDER_REFUSED'],
  ])('with %s ends at the frontend, and tells a code of ours alone', async (_, change, code) => {
    const browser = createBrowser(bench);
    const { location } = await browser.go('/auth/login?returnTo=/a%3Fb=c%23d');
    const address = bench.provider.authorize(location, aProviderSession(bench), change);
    expect((await browser.go(address)).location).toBe(`${FRONTEND}/a?b=c&error=${code}#d`);
    expect(browser.ticket).toBeUndefined();
    expect(bench.telemetry.counts).toContainEqual({ metric: 'SignInRefused', dimensions: { reason: code } });
  });

  it.each<readonly [string, object, string]>([
    ['without auth_time', { auth_time: undefined }, 'PROVIDER_REFUSED'],
    ['for another client', { aud: 'other', azp: 'other' }, 'PROVIDER_REFUSED'],
    ['with another nonce', { nonce: 'x' }, 'PROVIDER_REFUSED'],
  ])('with an ID token %s is refused', async (_, claims, code) => {
    bench.provider.behave({ idClaims: { ...claims } });
    const { location } = await signIn(bench, createBrowser(bench), aProviderSession(bench));
    bench.provider.behave({ idClaims: {} });
    expect(location).toBe(`${FRONTEND}/?error=${code}#`);
  });

  it('without auth_time logs which switch brings it', async () => {
    bench.provider.behave({ idClaims: { auth_time: undefined } });
    await signIn(bench, createBrowser(bench), aProviderSession(bench));
    bench.provider.behave({ idClaims: {} });
    const line = bench.telemetry.lines.findLast(({ code }) => code === 'sign_in.refused');
    expect(line?.fields).toMatchObject({
      cause: 'auth_time_missing',
      claim: 'auth_time',
      advice: expect.stringMatching(/docs\/providers/),
    });
  });

  it.each([[429], [500], [503]])(
    'while the token endpoint answers %s tells that the provider is not available',
    async (status) => {
      bench.provider.behave({ refusals: [{ status, body: { error: 'server_error' } }] });
      const { location } = await signIn(bench, createBrowser(bench), aProviderSession(bench));
      expect(location).toBe(`${FRONTEND}/?error=PROVIDER_UNAVAILABLE#`);
    },
  );

  it('is refused where the user may have no more sessions', async () => {
    const strict = await startBench({ policy: { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } });
    const person = aProviderSession(strict);
    await signIn(strict, createBrowser(strict), person);
    const { location } = await signIn(strict, createBrowser(strict), person);
    await strict.provider.stop();
    expect(location).toBe(`${FRONTEND}/?error=SESSION_LIMIT#`);
  });
});

describe('a step-up', () => {
  it('gives the same person a new session, and refuses another', async () => {
    const browser = createBrowser(bench);
    const person = aProviderSession(bench);
    await signIn(bench, browser, person);
    const before = browser.ticket;
    const other = await signIn(bench, browser, aProviderSession(bench), '?stepUp=1');
    expect(other.location).toBe(`${FRONTEND}/?error=OTHER_USER#`);
    expect(browser.ticket).toBe(before);
    await signIn(bench, browser, person, '?stepUp=1');
    expect(browser.ticket).not.toBe(before);
  });
});
