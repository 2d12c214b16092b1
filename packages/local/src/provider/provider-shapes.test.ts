import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createBrowser } from '../browser/create-browser.ts';
import { basic, CLIENT, claimsOf, LEFT, startShape } from './provider-fixture.ts';

/** Until a sign-in of now has another second than one of before. */
const nextSecond = () => delay(1000 - (Date.now() % 1000) + 20);

const logoutQuery = (hint: Record<string, string> = {}) =>
  new URLSearchParams({ client_id: CLIENT.id, post_logout_redirect_uri: LEFT, state: 's', ...hint });

describe('the shape of the standard', () => {
  it('answers with iss and state, and its ID token tells the time of the sign-in and no session', async () => {
    const { provider, authorize, redeem } = await startShape('local');
    const { answer } = await authorize();
    expect(answer).toEqual({ code: expect.any(String), state: 'the-state', iss: provider.issuer });
    const claims = claimsOf((await redeem(answer.code)).id_token);
    expect(claims).toMatchObject({ nonce: 'the-nonce', aud: CLIENT.id, auth_time: expect.any(Number), acr: '1' });
    expect(claims).not.toHaveProperty('sid');
  });

  it('signs out without a question, gives state back, and ends tokens and single sign-on', async () => {
    const { at, begin, signIn, refresh } = await startShape('local');
    const browser = createBrowser();
    const tokens = await signIn(browser);
    expect((await begin(browser)).url.searchParams.get('code')).not.toBeNull();
    const { url } = await browser.open(`${at('end_session')}?${logoutQuery()}`, LEFT);
    expect(url.href).toBe(`${LEFT}?state=s`);
    expect((await begin(browser)).html).toContain('<h1>Sign in</h1>');
    expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('goes back at once where nobody is signed in, and to no address that is not registered', async () => {
    const { at } = await startShape('local');
    const browser = createBrowser();
    expect((await browser.open(`${at('end_session')}?${logoutQuery()}`, LEFT)).url.href).toBe(`${LEFT}?state=s`);
    const query = logoutQuery({ post_logout_redirect_uri: 'http://127.0.0.1:3000/elsewhere' });
    expect((await browser.open(`${at('end_session')}?${query}`)).status).toBe(400);
  });
});

describe('the shape of Cognito', () => {
  it('answers without iss, and does not promise one', async () => {
    const { at, authorize } = await startShape('cognito');
    expect((await authorize()).answer).toEqual({ code: expect.any(String), state: 'the-state' });
    const discovery = (await (await fetch(at('discovery'))).json()) as object;
    expect(discovery).toMatchObject({ authorization_response_iss_parameter_supported: false });
    expect(discovery).toMatchObject({ token_endpoint: expect.stringMatching(/\/oauth2\/token$/) });
  });

  it('keeps origin_jti through refreshes, and has no sid', async () => {
    const { signIn, refresh } = await startShape('cognito');
    const tokens = await signIn();
    const first = claimsOf(tokens.id_token);
    expect(first).toMatchObject({ 'cognito:username': 'alice', token_use: 'id', origin_jti: expect.any(String) });
    expect(first).not.toHaveProperty('sid');
    expect(claimsOf((await refresh(tokens.refresh_token)).id_token).origin_jti).toBe(first.origin_jti);
  });

  it('signs out at /logout by logout_uri, gives no state back, and leaves refresh tokens good', async () => {
    const { provider, begin, signIn, refresh } = await startShape('cognito');
    const browser = createBrowser();
    const { refresh_token } = await signIn(browser);
    const query = new URLSearchParams({ client_id: CLIENT.id, logout_uri: LEFT, state: 's' });
    const { url } = await browser.open(`${provider.issuer}/logout?${query}`, LEFT);
    expect(url.href).toBe(LEFT);
    expect((await begin(browser)).html).toContain('<h1>Sign in</h1>');
    expect((await refresh(refresh_token)).status).toBe(200);
  });
});

describe('the shape of Keycloak', () => {
  it('has one sid for all clients, also after the person has proved again who they are', async () => {
    const { authorize, redeem, signIn } = await startShape('keycloak');
    const browser = createBrowser();
    const first = claimsOf((await signIn(browser)).id_token);
    expect(first).toMatchObject({ sid: expect.any(String), typ: 'ID', azp: CLIENT.id });
    await nextSecond();
    const { answer, wasAsked } = await authorize(browser, { prompt: 'login' });
    const again = claimsOf((await redeem(answer.code)).id_token);
    expect([wasAsked, again.sid]).toEqual([true, first.sid]);
    expect(Number(again.auth_time)).toBeGreaterThan(Number(first.auth_time));
  });

  it('gives the new auth_time to tokens that are refreshed from before', async () => {
    const { authorize, signIn, refresh } = await startShape('keycloak');
    const browser = createBrowser();
    const old = await signIn(browser);
    await nextSecond();
    await authorize(browser, { prompt: 'login' });
    const refreshed = await refresh(old.refresh_token);
    for (const token of ['id_token', 'access_token'] as const) {
      expect(Number(claimsOf(refreshed[token]).auth_time)).toBeGreaterThan(Number(claimsOf(old[token]).auth_time));
    }
    expect(claimsOf(refreshed.access_token)).toMatchObject({ typ: 'Bearer', aud: ['cloakroom-api', 'account'] });
  });

  it("ends a session by a posted refresh token, every client's, with 204 and without a question", async () => {
    const { at, begin, signIn, refresh } = await startShape('keycloak');
    const browser = createBrowser();
    const { refresh_token } = await signIn(browser);
    const copied = browser.copy();
    const post = (headers: Record<string, string>) =>
      fetch(at('end_session'), { method: 'POST', headers, body: new URLSearchParams({ refresh_token }) });
    expect((await post(basic({ ...CLIENT, secret: 'guessed' }))).status).toBe(401);
    expect((await refresh(refresh_token)).status).toBe(200);
    expect((await post(basic(CLIENT))).status).toBe(204);
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    for (const holder of [browser, copied]) expect((await begin(holder)).html).toContain('<h1>Sign in</h1>');
    expect((await post(basic(CLIENT))).status).toBe(400);
  });

  it('asks before it signs out, unless an id_token_hint says who asks', async () => {
    const { at, begin, signIn } = await startShape('keycloak');
    const browser = createBrowser();
    await signIn(browser);
    const page = await browser.open(`${at('end_session')}?${logoutQuery()}`, LEFT);
    expect(page.html).toContain('Do you want to log out?');
    expect((await begin(browser)).url.searchParams.has('code')).toBe(true);
    expect((await browser.submit(page, {}, LEFT)).url.href).toBe(`${LEFT}?state=s`);
    const { id_token } = await signIn(browser);
    const hinted = await browser.open(`${at('end_session')}?${logoutQuery({ id_token_hint: id_token })}`, LEFT);
    expect(hinted.url.href).toBe(`${LEFT}?state=s`);
  });
});
