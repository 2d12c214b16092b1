import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { createBrowser } from '../browser/create-browser.ts';
import { receiveLogoutTokens } from './logout-token-fixture.ts';
import { CLIENT, claimsOf, LEFT, startShape } from './provider-fixture.ts';

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('what a sign-in asks for', () => {
  it('max_age brings the login page back once the sign-in is older', async () => {
    const { authorize } = await startShape('local');
    const browser = createBrowser();
    await authorize(browser);
    expect((await authorize(browser, { max_age: '3600' })).wasAsked).toBe(false);
    expect((await authorize(browser, { max_age: '0' })).wasAsked).toBe(true);
  });

  it('acr_values brings it back for another kind of sign-in, and the ID token says which', async () => {
    const { authorize, redeem } = await startShape('local');
    const browser = createBrowser();
    await authorize(browser);
    const { answer, wasAsked } = await authorize(browser, { acr_values: '2' });
    expect([wasAsked, claimsOf((await redeem(answer.code)).id_token).acr]).toEqual([true, '2']);
    expect((await authorize(browser, { acr_values: '2' })).wasAsked).toBe(false);
  });

  it('select_account brings it back; none says that it would', async () => {
    const { authorize } = await startShape('local');
    const browser = createBrowser();
    expect((await authorize(browser, { prompt: 'none' })).answer).toMatchObject({ error: 'login_required' });
    await authorize(browser);
    expect((await authorize(browser, { prompt: 'select_account' })).wasAsked).toBe(true);
    expect((await authorize(browser, { prompt: 'none' })).answer).toHaveProperty('code');
  });

  it('can be cancelled', async () => {
    const { begin } = await startShape('local');
    const browser = createBrowser();
    const page = await browser.submit(await begin(browser), { cancel: 'yes' }, 'http://127.0.0.1:3000');
    expect(page.url.searchParams.get('error')).toBe('access_denied');
    expect(page.url.searchParams.get('state')).toBe('the-state');
  });
});

describe('a provider that misbehaves', () => {
  it.each([
    ['unavailable', 503],
    ['throttled', 429],
  ] as const)('is %s everywhere, and comes back', async (outage, status) => {
    const { provider, at, signIn } = await startShape('local');
    provider.behave({ outage });
    for (const endpoint of ['discovery', 'jwks', 'authorization'] as const) {
      expect((await fetch(at(endpoint))).status).toBe(status);
    }
    provider.behave({});
    expect((await signIn()).status).toBe(200);
  });

  it('hangs up, or never answers', async () => {
    const { provider, at } = await startShape('local');
    provider.behave({ outage: 'closed' });
    await expect(fetch(at('jwks'))).rejects.toThrow('fetch failed');
    provider.behave({ outage: 'silent' });
    await expect(fetch(at('jwks'), { signal: AbortSignal.timeout(200) })).rejects.toThrow('aborted due to timeout');
  });

  it('answers an error to the client, as often as it is told to', async () => {
    const { provider, authorize } = await startShape('cognito');
    const parameters = { error: 'invalid_request', error_description: 'Already found an entry for username google_1' };
    provider.behave({ authorizationError: { parameters, times: 1 } });
    expect((await authorize()).answer).toEqual({ ...parameters, state: 'the-state' });
    expect((await authorize()).answer).toHaveProperty('code');
  });

  it('answers at one place what it is told to', async () => {
    const { provider, authorize, redeem } = await startShape('local');
    const { code } = (await authorize()).answer;
    provider.behave({ answers: { token: { status: 400, body: { error: 'invalid_grant' } } } });
    expect(await redeem(code)).toEqual({ status: 400, error: 'invalid_grant' });
    provider.behave({});
    expect((await redeem(code)).status).toBe(200);
  });

  it('ignores prompt and max_age, but for none', async () => {
    const { provider, authorize } = await startShape('local');
    const browser = createBrowser();
    await authorize(browser);
    provider.behave({ ignoresPrompt: true });
    expect((await authorize(browser, { prompt: 'login', max_age: '0' })).wasAsked).toBe(false);
    expect((await authorize(createBrowser(), { prompt: 'none' })).answer).toMatchObject({ error: 'login_required' });
  });

  it('ignores logout, and goes back as if it had not', async () => {
    const { provider, at, authorize } = await startShape('local');
    const browser = createBrowser();
    await authorize(browser);
    provider.behave({ ignoresLogout: true });
    const query = new URLSearchParams({ client_id: CLIENT.id, post_logout_redirect_uri: LEFT });
    expect((await browser.open(`${at('end_session')}?${query}`, LEFT)).url.href).toBe(LEFT);
    expect((await authorize(browser)).wasAsked).toBe(false);
  });

  it('leaves claims out and changes others, under a good signature', async () => {
    const { provider, at, signIn } = await startShape('local');
    provider.behave({ idToken: { auth_time: null, nonce: 'another' } });
    const keys = createLocalJWKSet((await (await fetch(at('jwks'))).json()) as JSONWebKeySet);
    const { payload } = await jwtVerify((await signIn()).id_token, keys, { issuer: provider.issuer });
    expect(payload).not.toHaveProperty('auth_time');
    expect(payload).toMatchObject({ nonce: 'another', sub: 'alice' });
  });

  it('changes what goes back to the client', async () => {
    const { provider, authorize } = await startShape('local');
    provider.behave({ authorizationAnswer: { iss: 'https://other.example', state: null } });
    expect((await authorize()).answer).toEqual({ code: expect.any(String), iss: 'https://other.example' });
  });

  it.each([60, -60])('has a clock that is %i s apart', async (clockOffsetSeconds) => {
    const { provider, signIn } = await startShape('local');
    const before = nowSeconds() + clockOffsetSeconds;
    provider.behave({ clockOffsetSeconds });
    const tokens = await signIn();
    for (const token of [tokens.id_token, tokens.access_token]) {
      const { iat, auth_time, exp } = claimsOf(token);
      expect(Number(iat) - before).toBeLessThanOrEqual(30);
      for (const time of [iat, auth_time]) expect(Number(time)).toBeGreaterThanOrEqual(before);
      expect(Number(exp) - Number(iat)).toBe(3600);
    }
  });

  it('says which behaviour it does not know', async () => {
    const { provider } = await startShape('local');
    expect(() => provider.behave({ outage: 'sometimes' as 'none' })).toThrow('outage');
  });
});

describe('a user who was disabled', () => {
  it('cannot sign in, is asked to where they were signed in, and gets no new tokens', async () => {
    const { provider, begin, signIn, refresh } = await startShape('local');
    const browser = createBrowser();
    const { refresh_token } = await signIn(browser);
    provider.behave({ disabledUsers: ['alice'] });
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    const page = await begin(browser);
    expect((await browser.submit(page, { login: 'alice' })).html).toContain('This user is disabled.');
    provider.behave({});
    expect((await refresh(refresh_token)).status).toBe(200);
  });
});

describe('back-channel logout', () => {
  it('tells the clients of a session that it has ended', async () => {
    const { api, tokens } = await receiveLogoutTokens();
    const { provider, at, signIn } = await startShape('keycloak', { api });
    const browser = createBrowser();
    const { id_token } = await signIn(browser);
    await browser.open(`${at('end_session')}?${new URLSearchParams({ id_token_hint: id_token })}`);
    const [path, token = ''] = tokens[0]?.split(' ') ?? [];
    expect(path).toBe('/auth/backchannel-logout');
    const keys = createLocalJWKSet((await (await fetch(at('jwks'))).json()) as JSONWebKeySet);
    const { payload } = await jwtVerify(token, keys, {
      issuer: provider.issuer,
      audience: CLIENT.id,
      typ: 'logout+jwt',
    });
    expect(payload).toMatchObject({
      sub: 'alice',
      sid: claimsOf(id_token).sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it("tells them, too, when an administrator ends a user's sessions, and nobody else's", async () => {
    const { api, tokens } = await receiveLogoutTokens();
    const { provider, authorize, signIn, refresh } = await startShape('local', { api });
    const [alice, bob] = [createBrowser(), createBrowser()];
    const { refresh_token } = await signIn(alice);
    await signIn(bob, {}, 'bob');
    provider.behave({ logoutToken: { exp: null } });
    await provider.endSessionsOf('alice');
    expect(tokens).toHaveLength(1);
    expect(claimsOf(tokens[0]?.split(' ')[1] ?? '')).toMatchObject({ sub: 'alice' });
    expect(claimsOf(tokens[0]?.split(' ')[1] ?? '')).not.toHaveProperty('exp');
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    expect((await authorize(alice, { prompt: 'none' })).answer.error).toBe('login_required');
    expect((await authorize(bob, { prompt: 'none' })).answer).toHaveProperty('code');
  });
});

describe('the control of a provider in another process', () => {
  const command = (issuer: string, path: string, body: unknown, type = 'application/json') =>
    fetch(`${issuer}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });

  it('changes its behaviour, and ends sessions', async () => {
    const { provider, at, authorize } = await startShape('local', { isControlled: true });
    const browser = createBrowser();
    await authorize(browser);
    expect((await command(provider.issuer, 'end-sessions-of', 'alice')).status).toBe(200);
    expect((await authorize(browser, { prompt: 'none' })).answer.error).toBe('login_required');
    expect((await command(provider.issuer, 'behaviour', { outage: 'unavailable' })).status).toBe(200);
    expect((await fetch(at('jwks'))).status).toBe(503);
    expect((await command(provider.issuer, 'behaviour', { outrage: 1 })).status).toBe(400);
  });

  it('tells every token that was given', async () => {
    const { provider, signIn } = await startShape('local', { isControlled: true });
    const { access_token, id_token, refresh_token } = await signIn();
    const told = await (await command(provider.issuer, 'issued', null)).json();
    expect(new Set(told as string[])).toEqual(new Set([access_token, id_token, refresh_token]));
    expect(provider.issued()).toEqual(told);
  });

  it('is not there unless asked for, and not for a page', async () => {
    const { provider } = await startShape('local');
    expect((await command(provider.issuer, 'behaviour', {})).status).toBe(404);
    const controlled = await startShape('local', { isControlled: true });
    expect((await command(controlled.provider.issuer, 'behaviour', {}, 'text/plain')).status).toBe(400);
  });
});
