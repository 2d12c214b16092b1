import { parsePublicSessionId } from '@cloakroom/sessions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aProviderSession,
  type Bench,
  BY_PAGE,
  createBrowser,
  FRONTEND,
  signIn,
  startBench,
  type TestBrowser,
} from './handler-fixture.ts';
import type { ProviderSession } from './provider-fixture.ts';

const ROUTE = 'POST /auth/session';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ issuer: { clientIds: ['web', 'phone'] }, browser: { claims: ['name'] } });
});
afterAll(() => bench.provider.stop());
beforeEach(() => {
  bench.provider.posted.length = 0;
});

const hour = () => aProviderSession(bench, { authTime: bench.now() - 3600 });

/** What a client has that signed in by itself. */
function tokensOf(session: ProviderSession, clientId?: string) {
  const { access_token: accessToken, id_token: idToken, refresh_token = '' } = bench.provider.give(session, clientId);
  return { accessToken, idToken, refreshToken: refresh_token };
}

const pairOf = (session: ProviderSession, clientId?: string) => {
  const { refreshToken: _, ...pair } = tokensOf(session, clientId);
  return pair;
};

const handIn = (body: object, browser = createBrowser(bench)) => browser.fetch(ROUTE, { body });
const session = (browser: TestBrowser) => browser.fetch('GET /auth/session');
const refreshes = () => bench.provider.posted.filter(({ form }) => form.get('grant_type') === 'refresh_token');
const addressIn = (sessionId: string) => {
  const address = parsePublicSessionId(sessionId);
  if (address === undefined) throw new Error(`no session id: ${sessionId}`);
  return address;
};

describe('POST /auth/session', () => {
  it('gives a ticket, and answers as GET /auth/session does', async () => {
    const browser = createBrowser(bench);
    bench.provider.behave({ idClaims: { name: 'Ada 💚' } });
    const answer = await handIn(pairOf(hour()), browser);
    bench.provider.behave({ idClaims: {} });
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { scope: 'openid orders', claims: { name: 'Ada 💚' } } },
    });
    expect((await session(browser)).body).toEqual(answer.body);
  });

  it('takes tokens of another client of the issuer', async () => {
    const browser = createBrowser(bench);
    expect((await handIn(pairOf(hour(), 'phone'), browser)).status).toBe(200);
    expect((await session(browser)).status).toBe(200);
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['the header', { origin: FRONTEND }],
    ['an Origin', { 'x-cloakroom-csrf': '1' }],
    ['a listed Origin', { ...BY_PAGE, origin: 'https://evil.example' }],
  ])('signs nobody in without %s: it could be somebody else that it signs in', async (_, headers) => {
    const login = hour();
    const browser = createBrowser(bench);
    const refused = await browser.fetch(ROUTE, { headers, body: pairOf(login) });
    expect(refused).toMatchObject({ status: 403, setCookies: [], body: { error: { code: 'CSRF_REFUSED' } } });
    expect((await handIn(pairOf(login))).status).toBe(200);
  });

  it('ends the ticket that the browser had, whosever it was', async () => {
    const browser = createBrowser(bench);
    await signIn(bench, browser, aProviderSession(bench));
    const before = addressIn((await session(browser)).body.data.sessionId);
    await handIn(pairOf(hour()), browser);
    expect(await bench.sessions.getEnded(before.user, before.id)).toMatchObject({ reason: 'replaced' });
    expect((await session(browser)).status).toBe(200);
  });

  it.each<readonly [string, object]>([
    ['no body', {}],
    ['an empty token', { accessToken: '', idToken: 'a' }],
    ['a token that is no text', { accessToken: 1, idToken: 'a' }],
    ['a token without end', { accessToken: 'a'.repeat(10_241), idToken: 'a' }],
    ['another field', { accessToken: 'a', idToken: 'a', expiresIn: 1 }],
  ])('answers 400 to %s, and quotes nothing of it', async (_, body) => {
    const answer = await handIn(body);
    expect(answer).toMatchObject({ status: 400, setCookies: [], body: { error: { code: 'VALIDATION_FAILED' } } });
    expect(JSON.stringify(answer.body)).not.toContain('aaaa');
  });

  it('answers 401 to tokens that do not belong together, and tells the log why', async () => {
    const [one, two] = [tokensOf(hour()), tokensOf(hour())];
    const answer = await handIn({ accessToken: one.accessToken, idToken: two.idToken });
    expect(answer).toMatchObject({ status: 401, setCookies: [], body: { error: { code: 'UNAUTHORIZED' } } });
    expect(JSON.stringify(bench.telemetry.lines)).toContain('access_token_wrong');
  });

  it('answers 401 to an ID token of six minutes ago', async () => {
    const login = hour();
    const { idToken } = tokensOf(login);
    bench.pass(301);
    expect((await handIn({ accessToken: tokensOf(login).accessToken, idToken })).status).toBe(401);
  });
});

describe('a login', () => {
  const ENDED = { status: 403, body: { error: { code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' } } };

  it('is handed in once, and says what must be done for another', async () => {
    const login = hour();
    expect((await handIn(pairOf(login))).status).toBe(200);
    expect(await handIn(pairOf(login))).toMatchObject({ ...ENDED, setCookies: [] });
  });

  it('is handed in never again after a sign-out', async () => {
    const login = hour();
    const browser = createBrowser(bench);
    await handIn(pairOf(login), browser);
    await browser.fetch('POST /auth/logout');
    expect(await handIn(pairOf({ ...login, authTime: bench.now() }))).toMatchObject(ENDED);
  });

  it('of before an ending opens nothing, however late it is handed in', async () => {
    const login = aProviderSession(bench);
    const tokens = pairOf(login);
    bench.pass(1);
    await bench.sessions.revokeAll({ user: { issuer: 'main', sub: login.sub } });
    bench.pass(200);
    expect((await handIn(tokens)).status).toBe(403);
  });

  it('of before a sign-out opens nothing where logins tell of no provider session, however late it is handed in', async () => {
    const other = await startBench({ issuer: { loginClaim: 'auth_time' } });
    const give = (login: ProviderSession) => {
      const { access_token: accessToken, id_token: idToken } = other.provider.give(login);
      return { accessToken, idToken };
    };
    const login = aProviderSession(other);
    const browser = createBrowser(other);
    await signIn(other, browser, login);
    other.pass(1);
    const unused = give({ ...login, authTime: other.now() });
    other.pass(1);
    await browser.fetch('POST /auth/logout');
    other.pass(200);
    const remedied = { status: 403, body: { error: { code: 'LOGIN_ENDED', remedy: 'reauthenticate' } } };
    expect(await handIn(unused, createBrowser(other))).toMatchObject(remedied);
    expect((await handIn(give({ ...login, authTime: other.now() }), createBrowser(other))).status).toBe(200);
    await other.provider.stop();
  });

  it('is for a browser whose older ticket goes on meanwhile, in another one', async () => {
    const login = hour();
    const [old, young] = [createBrowser(bench), createBrowser(bench)];
    await signIn(bench, old, login);
    await handIn(pairOf(login), young);
    expect([(await session(old)).status, (await session(young)).status]).toEqual([200, 200]);
  });
});

describe('a refresh token that is handed in', () => {
  it('is used at once, and what came for it is used at the recheck', async () => {
    const browser = createBrowser(bench);
    const tokens = tokensOf(hour());
    expect((await handIn(tokens, browser)).status).toBe(200);
    expect(refreshes().map(({ form }) => form.get('refresh_token'))).toEqual([tokens.refreshToken]);
    bench.pass(1200);
    expect((await browser.fetch('POST /auth/refresh')).status).toBe(200);
    expect(refreshes()).toHaveLength(2);
    expect(refreshes()[1]?.form.get('refresh_token')).not.toBe(tokens.refreshToken);
  });

  it('says how soon the recheck is', async () => {
    bench.provider.behave({ refreshExpiresIn: 600 });
    const { body } = await handIn(tokensOf(hour()));
    bench.provider.behave({ refreshExpiresIn: undefined });
    expect(Date.parse(body.data.recheckAt) / 1000).toBe(bench.now() + 300);
  });

  it.each<readonly [string, (login: ProviderSession) => string]>([
    ['another person', () => tokensOf(hour()).refreshToken],
    ['another session of that person', (login) => tokensOf({ ...hour(), sub: login.sub }).refreshToken],
    ['nobody', () => 'made-up'],
  ])('of %s is refused, and opens nothing', async (_, another) => {
    const login = hour();
    const answer = await handIn({ ...pairOf(login), refreshToken: another(login) });
    expect(answer).toMatchObject({ status: 401, setCookies: [] });
    expect((await handIn(pairOf(login))).status).toBe(200);
  });

  it('of another client is refused, and not used', async () => {
    const answer = await handIn(tokensOf(hour(), 'phone'));
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { field: 'refreshToken', message: expect.stringMatching(/client phone .* of web/) } },
    });
    expect(refreshes()).toEqual([]);
  });

  it('of a login that has ended is not used', async () => {
    const login = hour();
    await handIn(pairOf(login));
    bench.provider.posted.length = 0;
    expect((await handIn(tokensOf(login))).status).toBe(403);
    expect(refreshes()).toEqual([]);
  });

  it('may come again when the provider does not answer', async () => {
    const login = hour();
    bench.provider.behave({ refusals: [{ status: 503, body: { error: 'temporarily_unavailable' } }] });
    const answer = await handIn(tokensOf(login));
    expect(answer).toMatchObject({ status: 503, setCookies: [], body: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
    expect((await handIn(tokensOf(login))).status).toBe(200);
  });
});

it('tells nobody a token', async () => {
  const tokens = tokensOf(hour());
  const answer = await handIn(tokens);
  const told = JSON.stringify([answer, bench.telemetry.lines]);
  for (const secret of Object.values(tokens)) expect(told).not.toContain(secret);
  expect(bench.telemetry.lines.length).toBeGreaterThan(5);
});

describe('where handing in is off', () => {
  it('there is no such route', async () => {
    const off = await startBench({ isHandInEnabled: false });
    const browser = createBrowser(off);
    const { access_token: accessToken, id_token: idToken } = off.provider.give(aProviderSession(off));
    const answer = await browser.fetch(ROUTE, { body: { accessToken, idToken } });
    await off.provider.stop();
    expect(answer).toMatchObject({ status: 404, setCookies: [] });
  });
});
