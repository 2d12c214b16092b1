import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { API, aProviderSession, type Bench, createBrowser, FRONTEND, signIn, startBench } from './handler-fixture.ts';

let bench: Bench | undefined;
afterEach(() => bench?.provider.stop());

const LEFT = `${API}/auth/left`;
type Options = Parameters<typeof startBench>[0];

async function start(options: Options): Promise<Bench> {
  bench = await startBench(options);
  return bench;
}

const posts = (path: string) => bench?.provider.posted.filter((request) => request.path === path) ?? [];

describe('a client proves itself', () => {
  const clientSecretName = 'client';

  it('not at all, where it is public', async () => {
    await signIn(await start({}), createBrowser(bench as Bench), aProviderSession(bench as Bench));
    expect(posts('/token')[0]).toMatchObject({ authorization: '' });
    expect(posts('/token')[0]?.form.get('client_id')).toBe('web');
  });

  it('by its secret in the header', async () => {
    await signIn(
      await start({ browser: { clientSecretName } }),
      createBrowser(bench as Bench),
      aProviderSession(bench as Bench),
    );
    expect(posts('/token')[0]?.authorization).toBe(`Basic ${Buffer.from('web:secret').toString('base64')}`);
  });

  it('by its secret in the form', async () => {
    const clientAuth = { method: 'client_secret_post' };
    await signIn(
      await start({ browser: { clientAuth, clientSecretName } }),
      createBrowser(bench as Bench),
      aProviderSession(bench as Bench),
    );
    expect(posts('/token')[0]).toMatchObject({ authorization: '' });
    expect(posts('/token')[0]?.form.get('client_secret')).toBe('secret');
  });

  it.each([
    ['issuer', {}],
    ['token_endpoint', { keyId: 'key-1', x5t: 'thumb' }],
  ])('by an assertion for the %s', async (audience, more) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const clientAuth = { method: 'private_key_jwt', audience, ...more };
    const secret = { get: async () => pem, replace: async () => pem };
    const { provider } = await start({ browser: { clientAuth, clientSecretName }, secret });
    const { location } = await signIn(bench as Bench, createBrowser(bench as Bench), aProviderSession(bench as Bench));
    expect(location).toBe(`${FRONTEND}/#`);
    const assertion = posts('/token')[0]?.form.get('client_assertion') ?? '';
    const parts = assertion.split('.').slice(0, 2);
    const [header, payload] = parts.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(payload).toMatchObject({
      iss: 'web',
      sub: 'web',
      aud: audience === 'issuer' ? provider.issuer : `${provider.issuer}/token`,
    });
    expect(header).toMatchObject({ alg: 'RS256', ...('keyId' in more ? { kid: 'key-1', x5t: 'thumb' } : {}) });
  });

  it('by a secret that is read again when the provider refuses it', async () => {
    const secret = {
      get: async () => 'old',
      replace: async (refused: string) => (refused === 'old' ? 'new' : refused),
    };
    const { provider } = await start({ browser: { clientSecretName }, secret });
    provider.behave({ refusals: [{ status: 401, body: { error: 'invalid_client' } }] });
    const { location } = await signIn(bench as Bench, createBrowser(bench as Bench), aProviderSession(bench as Bench));
    expect(location).toBe(`${FRONTEND}/#`);
    const sent = posts('/token').map(({ authorization }) => Buffer.from(authorization.slice(6), 'base64').toString());
    expect(sent).toEqual(['web:old', 'web:new']);
  });

  it('once, where the secret has not changed', async () => {
    const { provider } = await start({ browser: { clientSecretName } });
    provider.behave({ refusals: [{ status: 401, body: { error: 'invalid_client' } }] });
    const { location } = await signIn(bench as Bench, createBrowser(bench as Bench), aProviderSession(bench as Bench));
    expect(location).toBe(`${FRONTEND}/?error=PROVIDER_REFUSED#`);
    expect(posts('/token')).toHaveLength(1);
  });
});

/** What the browser is asked for at `/authorize`. */
const asked = (location: string) => Object.fromEntries(new URL(location).searchParams);

describe('a provider like Cognito', () => {
  const like: Options = {
    issuer: { profile: 'cognito', loginClaim: 'origin_jti', audiences: [] },
  };

  it('is asked again, once, when it has just linked a federated user', async () => {
    const { provider } = await start(like);
    const browser = createBrowser(bench as Bench);
    const first = await browser.go('/auth/login?returnTo=/x');
    const already = {
      code: undefined,
      error: 'invalid_request',
      error_description: 'Already found an entry for username google_1',
    };
    const again = await browser.go(provider.authorize(first.location, aProviderSession(bench as Bench), already));
    expect(again.location).toContain(`${provider.issuer}/authorize?`);
    const third = await browser.go(provider.authorize(again.location, aProviderSession(bench as Bench), already));
    expect(third.location).toBe(`${FRONTEND}/x?error=PROVIDER_REFUSED#`);
  });
});

describe('a provider that asks again by prompt', () => {
  it('is asked after the wait, and judged like the others', async () => {
    const { provider, sessions } = await start({ browser: { reauthentication: 'prompt' } });
    const here = bench as Bench;
    const browser = createBrowser(here);
    const person = aProviderSession(here);
    await signIn(here, browser, person);
    await sessions.revokeAll({ user: { issuer: 'main', sub: person.sub } });
    const leaving = await signIn(here, browser, person);
    expect(leaving.location.startsWith(`${LEFT}?state=`)).toBe(true);
    expect(posts('/logout')).toEqual([]);
    const again = await browser.go(leaving.location);
    expect(asked(again.location)).toMatchObject({ prompt: 'login', max_age: '0' });
    const back = await browser.go(provider.authorize(again.location, aProviderSession(here, { sub: person.sub })));
    expect(back.location).toBe(`${FRONTEND}/#`);
  });
});

describe('a provider that cannot be left', () => {
  it('shows whom it knows, unless the browser brings a session that has ended by itself', async () => {
    const { provider } = await start({ browser: { reauthentication: 'none' }, issuer: { loginClaim: 'none' } });
    provider.behave({ idClaims: { auth_time: undefined } });
    const here = bench as Bench;
    const browser = createBrowser(here);
    const first = await browser.go('/auth/login');
    expect(asked(first.location).prompt).toBe('select_account');
    const { location } = await browser.go(provider.authorize(first.location, aProviderSession(here)));
    expect(location).toBe(`${FRONTEND}/#`);
    here.pass(3000);
    expect(asked((await browser.go('/auth/login')).location).prompt).toBeUndefined();
    const { body } = await browser.fetch('POST /auth/logout');
    expect(body.data.logoutUrl).toBeNull();
    expect(asked((await browser.go('/auth/login')).location).prompt).toBe('select_account');
  });
});

describe('a logout is told to the provider', () => {
  it.each<readonly [string, (hint: string) => unknown]>([
    ['id_token', (secret) => ({ id_token_hint: secret })],
    ['sid', () => ({ logout_hint: expect.stringMatching(/^sid-/) })],
    ['none', () => ({})],
  ])('with the hint %s', async (logoutHint, expected) => {
    const { provider } = await start({ browser: { logoutHint } });
    const browser = createBrowser(bench as Bench);
    await signIn(bench as Bench, browser, aProviderSession(bench as Bench));
    const idToken = provider.secrets.findLast((secret) => secret.startsWith('ey'));
    const { body } = await browser.fetch('POST /auth/logout');
    const { client_id, post_logout_redirect_uri, state, ...hints } = asked(body.data.logoutUrl);
    expect([client_id, post_logout_redirect_uri]).toEqual(['web', LEFT]);
    expect(hints).toEqual(expected(idToken ?? ''));
    expect(posts('/revoke')).toHaveLength(1);
  });
});

describe('parameters', () => {
  it('are passed on where the configuration allows their value, and never in place of our own', async () => {
    const parameters = { ui_locales: 'any', screen_hint: ['signup'] };
    await start({
      browser: { parameters, fixedParameters: { access_type: 'offline' }, scope: 'openid offline_access' },
    });
    const query =
      'ui_locales=de&screen_hint=other&login_hint=eve&client_id=x&redirect_uri=https://evil.example&max_age=1';
    const { location } = await createBrowser(bench as Bench).go(`/auth/login?${query}`);
    const { ui_locales, screen_hint, login_hint, client_id, access_type, scope, redirect_uri, max_age } =
      asked(location);
    expect({ ui_locales, screen_hint, login_hint }).toEqual({ ui_locales: 'de' });
    expect({ client_id, access_type, scope }).toEqual({
      client_id: 'web',
      access_type: 'offline',
      scope: 'openid offline_access',
    });
    expect(redirect_uri).toBe(`${API}/auth/callback/main`);
    expect(max_age).toBe('2592000');
  });

  it('ask for nothing of the person, where it is to be silent', async () => {
    await start({});
    expect(asked((await createBrowser(bench as Bench).go('/auth/login?silent=1')).location).prompt).toBe('none');
  });
});

describe('discovery', () => {
  it('fails for the frontend with a code, and is tried again later', async () => {
    const { provider, pass } = await start({});
    provider.behave({ hasDiscovery: false });
    const browser = createBrowser(bench as Bench);
    expect((await browser.go('/auth/login')).location).toMatch(/\?error=PROVIDER_(REFUSED|UNAVAILABLE)#$/);
    provider.behave({ hasDiscovery: true });
    pass(4);
    expect((await browser.go('/auth/login')).location).toContain('error=');
    pass(1);
    expect((await browser.go('/auth/login')).location).toContain('/authorize?');
  });
});
