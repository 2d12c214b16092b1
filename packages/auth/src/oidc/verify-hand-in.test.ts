import { createHash } from 'node:crypto';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { parseIssuers } from '../issuer.ts';
import { browserClientsOf } from './browser-client.ts';
import { createHandInVerifier } from './verify-hand-in.ts';

const NOW = 1_800_000_000;
const signer = createTestSigner('ES256', 'k1');
const stranger = createTestSigner('ES256', 'k1');
const browser = { clientId: 'web', frontends: [{ url: 'https://app.example' }], claims: ['name'] };
const issuer = {
  ...anIssuer({ profile: 'keycloak', loginClaim: 'sid', audiences: ['api'], clientIds: ['web', 'phone', 'robot'] }),
  services: ['robot'],
};

const common = { iss: issuer.issuer, sub: 'ada', sid: 's-1', iat: NOW - 10, exp: NOW + 300, auth_time: NOW - 100 };
const idClaims = { ...common, aud: 'web', azp: 'web', name: 'Ada', nonce: 'of its own' };
const accessClaims = { ...common, aud: ['api'], azp: 'web', typ: 'Bearer', scope: 'openid orders' };

type Claims = Readonly<Record<string, unknown>>;
interface Case {
  readonly id?: Claims;
  readonly access?: Claims;
  readonly at?: object;
  readonly idToken?: string;
  /** `at_hash` of another token than this one. */
  readonly isMixed?: boolean;
  readonly isUnbound?: boolean;
}

const halfHash = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

function handIn({ id = {}, access = {}, at = {}, idToken, isMixed = false, isUnbound = false }: Case) {
  // Without the members that are undefined.
  const configured: unknown = JSON.parse(JSON.stringify([{ ...issuer, browser, ...at }]));
  const clients = browserClientsOf(parseIssuers(configured));
  const verify = createHandInVerifier({
    clients,
    keys: { find: async () => [signer.publicKey] },
    nowMs: () => NOW * 1000,
  });
  const accessToken = signer.sign({ ...accessClaims, ...access });
  const bound = isUnbound ? {} : { at_hash: halfHash(isMixed ? 'another' : accessToken) };
  return verify({ accessToken, idToken: idToken ?? signer.sign({ ...idClaims, ...bound, ...id }) });
}

describe('tokens that are handed in', () => {
  it('tell of a sign-in, of its rights, and what a page may see', async () => {
    await expect(handIn({})).resolves.toMatchObject({
      login: { user: { issuer: 'main', sub: 'ada' }, clientId: 'web', claim: 'sid', scope: 'openid orders' },
      issuedAt: NOW - 10,
      authTime: NOW - 100,
      shown: { name: 'Ada' },
    });
  });

  it('may be those of another client of the issuer', async () => {
    const told = await handIn({ id: { aud: 'phone', azp: 'phone' }, access: { azp: 'phone' } });
    expect(told.login.clientId).toBe('phone');
  });

  it('are as old as the older of their sign-ins', async () => {
    expect(await handIn({ access: { auth_time: NOW - 500 } })).toMatchObject({ authTime: NOW - 500 });
    expect(await handIn({ id: { auth_time: NOW - 500 } })).toMatchObject({ authTime: NOW - 500 });
  });

  it('need no at_hash when they were issued together', async () => {
    await expect(handIn({ isUnbound: true, access: { iat: NOW - 70 } })).resolves.toMatchObject({ issuedAt: NOW - 10 });
  });

  it.each<readonly [string, Case, object]>([
    ['an ID token 300 s old', { id: { iat: NOW - 300 } }, { issuedAt: NOW - 300 }],
    ['a clock 5 s ahead', { id: { iat: NOW + 5 } }, { issuedAt: NOW + 5 }],
  ])('may have %s', async (_, input, told) => {
    await expect(handIn(input)).resolves.toMatchObject(told);
  });

  it.each<readonly [string, Case, object]>([
    ['an ID token over 300 s old', { id: { iat: NOW - 301 } }, { reason: 'expired', claim: 'iat' }],
    ['an ID token that has ended', { id: { exp: NOW - 6 } }, { reason: 'expired' }],
    ['a clock more than 5 s ahead', { id: { iat: NOW + 6 } }, { reason: 'issued_in_future' }],
    ['an ID token without iat', { id: { iat: undefined } }, { reason: 'auth_time_missing', claim: 'iat' }],
    ['an ID token without auth_time', { id: { auth_time: undefined } }, { reason: 'auth_time_missing' }],
    ['a sign-in in the future', { id: { auth_time: NOW + 6 } }, { reason: 'auth_time_in_future' }],
    ['an ID token of another person', { id: { sub: 'eve' } }, { reason: 'access_token_wrong', claim: 'sub' }],
    ['an ID token of another login', { id: { sid: 's-2' } }, { reason: 'access_token_wrong', claim: 'sid' }],
    ['an ID token of no login', { id: { sid: undefined } }, { reason: 'login_claim_missing', claim: 'sid' }],
    ['an ID token of another client', { id: { aud: 'phone', azp: 'phone' } }, { reason: 'audience_refused' }],
    [
      'an ID token that another asked for',
      { id: { aud: ['web', 'phone'], azp: 'phone' } },
      { reason: 'not_of_this_client' },
    ],
    ['an ID token of another issuer', { id: { iss: 'https://other.example' } }, { reason: 'issuer_unknown' }],
    ['an ID token of another access token', { isMixed: true }, { reason: 'access_token_wrong', claim: 'at_hash' }],
    ['a forged ID token', { idToken: stranger.sign(idClaims) }, { reason: 'signature_wrong' }],
    ['an access token in its place', { idToken: signer.sign(accessClaims) }, { reason: 'audience_refused' }],
    [
      'an ID token in place of the access token',
      { access: { ...idClaims, typ: 'ID' } },
      { reason: 'not_access_token' },
    ],
    ['an access token that has ended', { access: { exp: NOW - 6 } }, { reason: 'expired' }],
    ['an access token of an unknown client', { access: { azp: 'other' } }, { reason: 'client_refused' }],
    [
      'neither at_hash nor one moment',
      { isUnbound: true, access: { iat: NOW - 71 } },
      { reason: 'access_token_wrong', claim: 'iat' },
    ],
    [
      'neither at_hash nor a time of the access token',
      { isUnbound: true, access: { iat: undefined } },
      { reason: 'access_token_wrong', claim: 'iat' },
    ],
    [
      'a program as their client',
      { id: { aud: 'robot', azp: 'robot' }, access: { azp: 'robot', auth_time: undefined, sid: undefined } },
      { reason: 'service_refused' },
    ],
    ['an issuer without a claim of the login', { at: { loginClaim: 'none' } }, { reason: 'bearer_refused' }],
    [
      'an issuer that nobody signs out of',
      { at: { browser: { ...browser, reauthentication: 'none' } } },
      { reason: 'bearer_refused' },
    ],
    ['an issuer without browsers', { at: { browser: undefined } }, { reason: 'issuer_unknown' }],
  ])('are refused with %s', async (_, input, refusal) => {
    await expect(handIn(input)).rejects.toMatchObject(refusal);
  });
});
