import { createHash } from 'node:crypto';
import { sidHash, sidKey } from '@cloakroom/core';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import type { Issuer } from '../issuer.ts';
import { verifyExchange } from './verify-exchange.ts';

const NOW = 1_800_000_000;
const signer = createTestSigner('ES256', 'k1');
const stranger = createTestSigner('ES256', 'k1');
const keys = { find: async () => [signer.publicKey] };

const issuer = anIssuer({
  profile: 'keycloak',
  loginClaim: 'sid',
  audiences: ['api'],
  ...{ roles: [{ claim: 'realm_access.roles', value: 'boss', administers: ['main'] }] },
}) satisfies Issuer;

const idClaims = {
  iss: issuer.issuer,
  sub: 'ada',
  aud: 'web',
  nonce: 'n',
  sid: 's-1',
  iat: NOW - 1,
  exp: NOW + 300,
  auth_time: NOW - 100,
};
const accessClaims = {
  iss: issuer.issuer,
  sub: 'ada',
  aud: ['api'],
  azp: 'web',
  typ: 'Bearer',
  scope: 'openid orders',
  iat: NOW - 1,
  exp: NOW + 300,
  realm_access: { roles: ['boss'] },
};

type Claims = Readonly<Record<string, unknown>>;
interface Case {
  readonly id?: Claims;
  readonly access?: Claims | string;
  readonly at?: Issuer;
  readonly isWithoutAuthTime?: boolean;
  readonly shownClaims?: readonly string[];
}

function verify({ id = {}, access = accessClaims, at = issuer, isWithoutAuthTime = false, shownClaims = [] }: Case) {
  const accessToken = typeof access === 'string' ? access : signer.sign(access);
  return verifyExchange(
    { idToken: signer.sign({ ...idClaims, ...id }), accessToken },
    { issuer: at, clientId: 'web', nonce: 'n', isWithoutAuthTime, shownClaims },
    { keys, nowMs: () => NOW * 1000 },
  );
}

const halfHash = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

describe('verifyExchange', () => {
  it('tells who signed in and when, and the session at the provider', async () => {
    await expect(verify({})).resolves.toMatchObject({
      user: { issuer: 'main', sub: 'ada' },
      clientId: 'web',
      authTime: NOW - 100,
      issuedAt: NOW - 1,
      sidHash: sidHash({ issuer: issuer.issuer, sub: 'ada', value: 's-1' }),
    });
  });

  it('names the session at the provider without its person too, where logout tokens come', async () => {
    expect(await verify({})).not.toHaveProperty('sidKey');
    const at = { ...issuer, backchannelLogout: true };
    await expect(verify({ at })).resolves.toMatchObject({ sidKey: sidKey({ issuer: issuer.issuer, value: 's-1' }) });
  });

  it.each<readonly [string, Case, object]>([
    ['a foreign issuer', { id: { iss: 'https://other.example' } }, { reason: 'issuer_unknown' }],
    ['a foreign audience', { id: { aud: 'other' } }, { reason: 'audience_refused' }],
    ['no audience', { id: { aud: undefined } }, { reason: 'audience_refused' }],
    ['two audiences without azp', { id: { aud: ['web', 'api'] } }, { reason: 'not_of_this_client' }],
    ['two audiences and another azp', { id: { aud: ['web', 'api'], azp: 'api' } }, { reason: 'not_of_this_client' }],
    ['one audience and another azp', { id: { azp: 'api' } }, { reason: 'not_of_this_client' }],
    ['another nonce', { id: { nonce: 'm' } }, { reason: 'nonce_wrong' }],
    ['no nonce', { id: { nonce: undefined } }, { reason: 'nonce_wrong' }],
    ['a nonce in a list', { id: { nonce: ['n'] } }, { reason: 'nonce_wrong' }],
    ['an end more than 60 s ago', { id: { exp: NOW - 61 } }, { reason: 'expired' }],
    ['an issue more than 60 s ahead', { id: { iat: NOW + 61 } }, { reason: 'issued_in_future' }],
    ['no iat', { id: { iat: undefined } }, { reason: 'auth_time_missing', claim: 'iat' }],
    ['no auth_time', { id: { auth_time: undefined } }, { reason: 'auth_time_missing', claim: 'auth_time' }],
    ['an auth_time that is no time', { id: { auth_time: 'now' } }, { reason: 'claim_malformed', claim: 'auth_time' }],
    [
      'no sid where logins are known by it',
      { id: { sid: undefined } },
      { reason: 'login_claim_missing', claim: 'sid' },
    ],
    ['the hash of another access token', { id: { at_hash: halfHash('other') } }, { reason: 'access_token_wrong' }],
    [
      'an access token of another person',
      { access: { ...accessClaims, sub: 'eve' } },
      { reason: 'access_token_wrong' },
    ],
  ])('refuses %s', async (_, input, refusal) => {
    await expect(verify(input)).rejects.toMatchObject(refusal);
  });

  it.each<readonly [string, Claims]>([
    ['60 s ahead', { iat: NOW + 59, exp: NOW + 400, auth_time: NOW + 50 }],
    ['60 s behind', { iat: NOW - 400, exp: NOW - 59 }],
  ])('accepts a clock %s', async (_, id) => {
    await expect(verify({ id })).resolves.toMatchObject({ user: { sub: 'ada' } });
  });

  it('tells of the claims of the ID token those that a page may see, and no others', async () => {
    const id = { name: 'Ada 💚', email: 'ada@example.com', address: { country: 'GB' } };
    const shownClaims = ['name', 'address.country', 'picture', 'toString'];
    const { shown } = await verify({ id, shownClaims });
    expect(shown).toEqual({ name: 'Ada 💚', 'address.country': 'GB' });
    expect((await verify({ id })).shown).toEqual({});
  });

  it('refuses a signature of somebody else', async () => {
    const forged = stranger.sign(idClaims);
    const context = { issuer, clientId: 'web', nonce: 'n', isWithoutAuthTime: false, shownClaims: [] };
    const verified = verifyExchange({ idToken: forged, accessToken: 'x' }, context, { keys, nowMs: () => NOW * 1000 });
    await expect(verified).rejects.toMatchObject({ reason: 'signature_wrong' });
  });

  it('accepts at_hash of the access token that came with it, and several audiences with azp', async () => {
    const access = signer.sign(accessClaims);
    const id = { at_hash: halfHash(access), aud: ['web', 'other'], azp: 'web' };
    await expect(verify({ id, access })).resolves.toMatchObject({ clientId: 'web' });
  });

  it('takes the rights of the access token, where it is one for our API', async () => {
    const roles = [{ claim: 'realm_access.roles', value: 'boss' }];
    await expect(verify({ id: { scope: 'admin' } })).resolves.toMatchObject({ scope: 'openid orders', roles });
  });

  it.each<readonly [string, Claims | string]>([
    ['opaque', 'ya29.opaque'],
    ['for another API', { ...accessClaims, aud: 'graph' }],
    ['forged', stranger.sign(accessClaims)],
  ])('takes the roles of the ID token and no scope, where the access token is %s', async (_, access) => {
    const roles = [{ claim: 'realm_access.roles', value: 'boss' }];
    const told = await verify({ id: { scope: 'admin', realm_access: { roles: ['boss'] } }, access });
    expect(told).toMatchObject({ scope: '', roles });
  });

  it('lets iat stand in for auth_time at a provider that has none', async () => {
    const told = await verify({ id: { auth_time: undefined }, isWithoutAuthTime: true });
    expect(told).toMatchObject({ authTime: NOW - 1, issuedAt: NOW - 1 });
  });

  it('has no mark of the provider session where logins are not known by it', async () => {
    const at = { ...issuer, loginClaim: 'none' as const };
    expect((await verify({ at })).sidHash).toBeUndefined();
  });
});
