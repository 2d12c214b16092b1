import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { createBrowser } from '../browser/create-browser.ts';
import { receiveLogoutTokens } from './logout-token-fixture.ts';
import { BROWSER_CLIENTS } from './provider-clients.ts';
import { claimsOf, startShape } from './provider-fixture.ts';

async function verify(shape: Awaited<ReturnType<typeof startShape>>, token: string) {
  const keys = createLocalJWKSet((await (await fetch(shape.at('jwks'))).json()) as JSONWebKeySet);
  return (await jwtVerify(token, keys, { issuer: shape.provider.issuer })).payload;
}

describe('a logout token that a test wishes for', () => {
  it('is a good one for the client of scripts/dev', async () => {
    const shape = await startShape('local');
    const token = await shape.provider.logoutToken({ sub: 'alice', sid: 's1' });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    const { iat = 0, ...claims } = await verify(shape, token);
    expect(claims).toEqual({
      iss: shape.provider.issuer,
      aud: BROWSER_CLIENTS.none.id,
      exp: iat + 120,
      jti: expect.any(String),
      sub: 'alice',
      sid: 's1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
  });

  it.each([
    ['sid alone', { sid: 's1' }, { sid: 's1', sub: undefined }],
    ['sub alone', { sub: 'alice' }, { sub: 'alice', sid: undefined }],
    ['a list as aud', { sub: 'alice', claims: { aud: ['a', 'b'] } }, { aud: ['a', 'b'] }],
    ['no exp', { sub: 'alice', claims: { exp: null } }, { exp: undefined }],
    ['another client', { sub: 'alice', clientId: 'other' }, { aud: 'other' }],
    ['a nonce', { sub: 'alice', claims: { nonce: 'n' } }, { nonce: 'n' }],
    ['no events', { sub: 'alice', claims: { events: null } }, { events: undefined }],
    ['an old one', { sub: 'alice', claims: { iat: 1, exp: 2 } }, { iat: 1, exp: 2 }],
  ])('has %s', async (_name, wish, expected) => {
    const { provider } = await startShape('local');
    const claims = claimsOf(await provider.logoutToken(wish));
    for (const [name, value] of Object.entries(expected)) expect(claims[name]).toEqual(value);
  });

  it('has another typ, or none', async () => {
    const { provider } = await startShape('local');
    expect(decodeProtectedHeader(await provider.logoutToken({ typ: 'JWT' })).typ).toBe('JWT');
    expect(decodeProtectedHeader(await provider.logoutToken({ typ: null }))).not.toHaveProperty('typ');
  });

  it("is forged: somebody else's key under the name of the provider's", async () => {
    const shape = await startShape('local');
    const token = await shape.provider.logoutToken({ sub: 'alice', isForged: true });
    const good = await shape.provider.logoutToken({ sub: 'alice' });
    expect(decodeProtectedHeader(token).kid).toBe(decodeProtectedHeader(good).kid);
    await expect(verify(shape, token)).rejects.toThrow('signature verification failed');
  });

  it('goes to the registered address, as often as it is sent', async () => {
    const receiver = await receiveLogoutTokens();
    const { provider } = await startShape('local', { api: receiver.api });
    const token = await provider.logoutToken({ sub: 'alice' });
    for (const _ of [1, 2]) expect(await provider.sendLogoutToken(token)).toEqual({ status: 200, body: 'taken' });
    const taken = `/auth/backchannel-logout ${token}`;
    expect(receiver.tokens).toEqual([taken, taken]);
  });
});

it('names the sessions in which somebody is signed in', async () => {
  const { provider, signIn } = await startShape('keycloak');
  const { id_token } = await signIn(createBrowser());
  await signIn(createBrowser(), {}, 'bob');
  expect(provider.sessionsOf('alice')).toEqual([claimsOf(id_token).sid]);
});

it('is controlled from another process', async () => {
  const receiver = await receiveLogoutTokens();
  const { provider, signIn } = await startShape('keycloak', { isControlled: true, api: receiver.api });
  await signIn();
  const command = async (path: string, body: unknown) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${provider.issuer}/control/${path}`, init);
    return answer.ok ? answer.json() : answer.status;
  };
  expect(await command('sessions-of', 'alice')).toEqual(provider.sessionsOf('alice'));
  const token = await command('logout-token', { sub: 'alice' });
  expect(claimsOf(String(token)).sub).toBe('alice');
  expect(await command('send-logout-token', token)).toEqual({ status: 200, body: 'taken' });
  expect(await command('refreshes', null)).toEqual([]);
  expect(await command('logout-token', { subject: 'alice' })).toBe(400);
});
