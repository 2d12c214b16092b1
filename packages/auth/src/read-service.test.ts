import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import type { Issuer } from './issuer.ts';
import { createTokenVerifier } from './verify-token.ts';

const NOW = 1_800_000_000;
const signer = createTestSigner('ES256', 'k');
const cognito: Issuer = anIssuer({ clientIds: ['web', 'jobs'], services: ['jobs'] });
/** As Cognito issues them for client credentials. */
const claims = {
  iss: cognito.issuer,
  sub: 'jobs',
  client_id: 'jobs',
  token_use: 'access',
  scope: 'cloakroom/write',
  version: 2,
  jti: 'j',
  auth_time: NOW - 30,
  iat: NOW - 30,
  exp: NOW + 300,
};

function outcomeOf(changes: object, issuer: Issuer = cognito, header: Readonly<Record<string, unknown>> = {}) {
  const verifier = createTokenVerifier({
    issuers: [issuer],
    keys: { find: async () => [signer.publicKey] },
    nowMs: () => NOW * 1000,
  });
  return verifier.verify(signer.sign({ ...claims, ...changes }, header)).then(
    ({ type }) => type as string,
    (error: { reason?: string }) => error.reason ?? String(error),
  );
}

describe('the token of a service', () => {
  it('is told apart from a person’s, and has neither login nor session', async () => {
    const verifier = createTokenVerifier({
      issuers: [cognito],
      keys: { find: async () => [signer.publicKey] },
      nowMs: () => NOW * 1000,
    });
    await expect(verifier.verify(signer.sign(claims))).resolves.toEqual({
      type: 'service',
      service: {
        user: { issuer: 'main', sub: 'jobs' },
        clientId: 'jobs',
        scope: 'cloakroom/write',
        groups: [],
        grant: { may: ['records'], routes: [] },
      },
    });
  });

  it('needs its client to be listed as a service: of any other client it is a login that misses its claim', async () => {
    await expect(outcomeOf({}, { ...cognito, services: [] })).resolves.toBe('login_claim_missing');
    const { services, ...without } = cognito;
    expect(services).toEqual(['jobs']);
    await expect(outcomeOf({}, without)).resolves.toBe('login_claim_missing');
  });

  it.each<[string, object, string]>([
    ['is of a person, by its subject', { sub: 'ada' }, 'service_refused'],
    ['is of a person, by its login', { origin_jti: 'o' }, 'service_refused'],
    ['is an ID token', { token_use: 'id' }, 'not_access_token'],
    ['has expired', { exp: NOW - 5 }, 'expired'],
    ['is of another client', { client_id: 'other', sub: 'other' }, 'client_refused'],
  ])('is refused when it %s', async (_, changes, reason) => {
    await expect(outcomeOf(changes)).resolves.toBe(reason);
  });

  it('is refused at an issuer whose people sign in by time, when it has one', async () => {
    await expect(outcomeOf({ sub: 'ada' }, { ...cognito, loginClaim: 'auth_time' })).resolves.toBe('service_refused');
    await expect(outcomeOf({}, { ...cognito, loginClaim: 'auth_time' })).resolves.toBe('service');
  });

  const keycloak: Issuer = {
    ...cognito,
    profile: 'keycloak',
    audiences: ['https://api.example'],
    loginClaim: 'sid',
  };
  const account = { sub: 'a uuid', azp: 'jobs', typ: 'Bearer', aud: 'https://api.example', auth_time: undefined };

  it.each<[string, object, Issuer['loginClaim'], string]>([
    ['may have a subject of its own', {}, 'sid', 'service'],
    ['may have none', { sub: undefined }, 'sid', 'service'],
    ['has one that can stand in a key', { sub: 'a\n' }, 'sid', 'claim_malformed'],
    ['says null for what it does not have', { sub: null, auth_time: null, sid: null }, 'sid', 'service'],
    ['is a person’s with the time of a sign-in', { auth_time: NOW - 60 }, 'sid', 'service_refused'],
    ['is a person’s with a login', { sid: 's' }, 'sid', 'service_refused'],
    ['is taken of issuers that have services alone', {}, 'none', 'service'],
    ['is a person’s at an issuer that has none', { auth_time: NOW - 60 }, 'none', 'service_refused'],
    ['is a person’s at an issuer that goes by time', { auth_time: NOW - 60 }, 'auth_time', 'service_refused'],
    ['is a person’s by password, told by the session alone', { sid: 's' }, 'auth_time', 'service_refused'],
    ['is a person’s where none is let in', { sid: 's' }, 'none', 'service_refused'],
  ])('elsewhere %s', async (_, changes, loginClaim, expected) => {
    await expect(outcomeOf({ ...account, ...changes }, { ...keycloak, loginClaim })).resolves.toBe(expected);
  });

  it('is known by its client where it has no subject, and has the scopes of its token', async () => {
    const verifier = createTokenVerifier({
      issuers: [keycloak],
      keys: { find: async () => [signer.publicKey] },
      nowMs: () => NOW * 1000,
    });
    const token = signer.sign({ ...claims, ...account, sub: undefined, scope: ['orders:read', 'orders:write'] });
    const user = { issuer: 'main', sub: 'jobs' };
    await expect(verifier.verify(token)).resolves.toEqual({
      type: 'service',
      service: {
        user,
        clientId: 'jobs',
        scope: 'orders:read orders:write',
        groups: [],
        grant: { may: ['records'], routes: [] },
      },
    });
  });

  it.each<[string, Partial<Issuer>, object]>([
    ['Okta, by the user', { profile: 'okta' }, { cid: 'jobs', uid: '00u1' }],
    ['Entra, by what they delegated', { profile: 'entra' }, { scp: 'Orders.Read' }],
    ['an issuer with a time of its own', { claims: { authTime: 'x.since' } }, { x: { since: NOW - 60 } }],
    [
      'an issuer with a session of its own',
      { claims: { sid: 'https://id.example/sid' } },
      { 'https://id.example/sid': 's' },
    ],
  ])('is a person’s at %s', async (_, issuer, changes) => {
    const other: Issuer = { ...keycloak, ...issuer };
    await expect(outcomeOf({ ...account, cid: 'jobs' }, other)).resolves.toBe('service');
    await expect(outcomeOf({ ...account, ...changes }, other)).resolves.toBe('service_refused');
  });
});
