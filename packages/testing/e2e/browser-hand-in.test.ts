import { type Browser, createBrowser, type OidcClient, refresh, signIn, type Tokens } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browsers, browsersOf, TICKET } from './browsers.ts';
import { controlledDev, eventually, get, post, request, type SharedDev } from './dev.ts';

const SHAPES = [
  ['local', { authorizationEndpoint: '/auth', tokenEndpoint: '/token' }, 'sign_in'],
  [
    'keycloak',
    {
      authorizationEndpoint: '/protocol/openid-connect/auth',
      tokenEndpoint: '/protocol/openid-connect/token',
    },
    'sign_out_at_provider',
  ],
] as const;

describe.each(SHAPES)('tokens that an app got by itself, at a provider of the shape %s', (shape, endpoints, remedy) => {
  let dev: SharedDev;
  let at: Browsers;
  beforeAll(async () => {
    dev = await controlledDev(shape);
    at = browsersOf(dev);
  });
  afterAll(() => dev?.assertNoLogHasTokens());
  afterEach(() => at.behave({}));

  /** The client of our token handler, as another program with the same registration uses it. */
  function client(id = 'cloakroom-browser'): OidcClient {
    return {
      issuer: dev.provider,
      authorizationEndpoint: dev.provider + endpoints.authorizationEndpoint,
      tokenEndpoint: dev.provider + endpoints.tokenEndpoint,
      id,
      scope: 'openid profile email',
      redirectUri: id === 'cloakroom-browser' ? `${dev.api}/auth/callback/local` : 'http://127.0.0.1/callback',
    };
  }

  /** `device`: one where the person may be signed in at the provider already. */
  async function tokensOf(user: string, device: Browser = createBrowser(), of = client()): Promise<Tokens> {
    const tokens = await signIn({ client: of, fields: { login: user }, browser: device });
    for (const token of Object.values(tokens)) dev.remember(token);
    return tokens;
  }

  const handIn = (browser: Browser, tokens: Partial<Tokens>) =>
    at.call(browser, '/auth/session', { method: 'POST', body: tokens });
  const pair = ({ accessToken, idToken }: Tokens) => ({ accessToken, idToken });
  const ended = { status: 403, body: { error: { code: 'LOGIN_ENDED', remedy } } };
  const session = async (browser: Browser) => (await at.call(browser, '/auth/session')).body.data;

  /** Every way in that tokens have, with these and with what a refresh gives for them. */
  async function expectNothingOpens(tokens: Tokens): Promise<void> {
    for (const each of [tokens, await refresh(client(), tokens.refreshToken)]) {
      expect(await handIn(createBrowser(), pair(each))).toMatchObject(ended);
      expect(await post(`${dev.api}/auth/bootstrap-session`, each.accessToken)).toMatchObject(ended);
      expect(await post(`${dev.api}/users/me/sessions`, each.accessToken)).toMatchObject(ended);
      expect((await get(`${dev.api}/users/me/sessions`, each.accessToken)).status).toBe(403);
    }
  }

  it('give a ticket, which gets in and is renewed', async () => {
    const browser = createBrowser();
    const answer = await handIn(browser, await tokensOf('ada-hand-in'));
    expect(answer).toMatchObject({ status: 200, body: { data: { userId: 'ada-hand-in', current: true } } });
    expect(await session(browser)).toEqual(answer.body.data);
    expect(await at.isIn(browser)).toBe(true);
    await at.makeDue(browser);
    expect((await at.call(browser, '/auth/refresh', { method: 'POST' })).status).toBe(200);
    expect(await at.isIn(browser)).toBe(true);
  });

  it('open nothing else from then on, by whatever way, refreshed or not', async () => {
    const browser = createBrowser();
    const tokens = await tokensOf('bea-hand-in');
    await handIn(browser, pair(tokens));
    await expectNothingOpens(tokens);
    expect(await at.isIn(browser)).toBe(true);
  });

  it('open nothing after the ticket was revoked from another device, refreshed or not', async () => {
    const browser = createBrowser();
    const tokens = await tokensOf('cleo-hand-in');
    await handIn(browser, pair(tokens));
    const { sessionId } = await session(browser);
    const other = await at.signedIn('cleo-hand-in');
    expect((await at.call(other, `/sessions/${sessionId}`, { method: 'DELETE' })).status).toBe(200);
    expect(await at.isIn(browser)).toBe(false);
    await expectNothingOpens(tokens);
  });

  it('open nothing after the ticket has expired, refreshed or not', async () => {
    const browser = createBrowser();
    const tokens = await tokensOf('dora-hand-in');
    await handIn(browser, pair(tokens));
    await at.expire(browser);
    expect(await at.isIn(browser)).toBe(false);
    await expectNothingOpens(tokens);
  });

  it('take the place of the session that they had opened: its data goes on, and its end is told, and nothing else', async () => {
    const tokens = await tokensOf('eve-hand-in');
    const bootstrapped = await post(`${dev.api}/auth/bootstrap-session`, tokens.accessToken, { data: { cart: 7 } });
    const bearerId: string = bootstrapped.body.data.sessionId;
    const browser = createBrowser();
    const { sessionId } = (await handIn(browser, pair(tokens))).body.data;
    expect((await get(`${dev.api}/users/me/sessions`, tokens.accessToken)).status).toBe(403);
    expect((await at.call(browser, `/sessions/${sessionId}`)).body.data.data).toEqual({ cart: 7 });
    expect((await at.call(browser, `/sessions/${bearerId}`)).body.error).toMatchObject({ endedReason: 'replaced' });
    const events = async () => {
      const { data } = (await at.call(browser, '/users/me/events')).body;
      const told: string[] = data.events.map(
        ({ type, data: { kind } }: { type: string; data: { kind: string } }) => `${kind} ${type}`,
      );
      return told.length < 3 ? undefined : told.toSorted();
    };
    expect(await eventually('three events', events)).toEqual([
      'bearer session.created',
      'bearer session.replaced',
      'ticket session.created',
    ]);
  });

  it('make no event of a session that never was', async () => {
    const browser = createBrowser();
    await handIn(browser, pair(await tokensOf('finn-hand-in')));
    await handIn(browser, pair(await tokensOf('finn-hand-in')));
    const types = async () => {
      const { data } = (await at.call(browser, '/users/me/events')).body;
      const told: string[] = data.events.map(({ type }: { type: string }) => type);
      return told.length < 3 ? undefined : told.toSorted();
    };
    expect(await eventually('three events', types)).toEqual(['session.created', 'session.created', 'session.replaced']);
  });

  describe('are refused, and sign nobody in', () => {
    it.each<readonly [string, Readonly<Record<string, string>>]>([
      ['by a page of another origin', { 'x-cloakroom-csrf': '1', origin: 'https://evil.example' }],
      ['by a form, which has no header', { origin: 'http://127.0.0.1' }],
      ['without an Origin', { 'x-cloakroom-csrf': '1' }],
    ])('%s: it could be its own that the person goes on with', async (_, headers) => {
      const tokens = await tokensOf('gus-hand-in');
      const init = { method: 'POST', body: JSON.stringify(pair(tokens)) };
      const answer = await request(`${dev.api}/auth/session`, {
        ...init,
        headers: { ...headers, 'content-type': 'application/json' },
      });
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
      expect((await handIn(createBrowser(), pair(tokens))).status).toBe(200);
    });

    const refused: readonly (readonly [string, () => Promise<Partial<Tokens>>])[] = [
      [
        'with the ID token of another person',
        async () => ({ ...pair(await tokensOf('hal-hand-in')), idToken: (await tokensOf('ida-hand-in')).idToken }),
      ],
      [
        'with the ID token of another client',
        async () => {
          const device = createBrowser();
          const { accessToken } = await tokensOf('hal-hand-in', device);
          return { accessToken, idToken: (await tokensOf('hal-hand-in', device, client('cloakroom-local'))).idToken };
        },
      ],
      [
        'with the ID token of another sign-in',
        async () => ({ ...pair(await tokensOf('hal-hand-in')), idToken: (await tokensOf('hal-hand-in')).idToken }),
      ],
      [
        'with an ID token of six minutes ago',
        async () => {
          await at.behave({ idToken: { iat: Math.floor(Date.now() / 1000) - 360 } });
          return pair(await tokensOf('hal-hand-in'));
        },
      ],
      [
        'with an ID token of another access token',
        async () => {
          await at.behave({ idToken: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } });
          return pair(await tokensOf('hal-hand-in'));
        },
      ],
      [
        'with a refresh token of another sign-in',
        async () => ({
          ...(await tokensOf('hal-hand-in')),
          refreshToken: (await tokensOf('hal-hand-in')).refreshToken,
        }),
      ],
      [
        'with a refresh token of another person',
        async () => ({
          ...(await tokensOf('hal-hand-in')),
          refreshToken: (await tokensOf('ida-hand-in')).refreshToken,
        }),
      ],
      [
        'with a refresh token that was made up',
        async () => ({ ...(await tokensOf('hal-hand-in')), refreshToken: 'made-up' }),
      ],
    ];

    it.each(refused)('%s', async (_, wish) => {
      const browser = createBrowser();
      expect(await handIn(browser, await wish())).toMatchObject({
        status: 401,
        body: { error: { code: 'UNAUTHORIZED' } },
      });
      expect(browser.cookies(at.app).map(({ key }) => key)).not.toContain(TICKET);
    });

    it('with a refresh token of a client that is not ours, by a word on what to do', async () => {
      const tokens = await tokensOf('jan-hand-in', createBrowser(), client('cloakroom-local'));
      const answer = await handIn(createBrowser(), tokens);
      expect(answer).toMatchObject({ status: 400, body: { error: { field: 'refreshToken' } } });
      expect((await handIn(createBrowser(), pair(tokens))).status).toBe(200);
    });
  });

  it('are in no answer, no item and no log', async () => {
    const browser = createBrowser();
    await handIn(browser, await tokensOf('kim-hand-in'));
    await at.signedIn('kim-hand-in');
    expect(await at.isIn(browser)).toBe(true);
    expect(await at.leaks()).toEqual([]);
  });
});
