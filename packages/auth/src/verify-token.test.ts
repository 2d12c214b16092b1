import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import type { Login } from '@cloakroom/core';
import { sidHash } from '@cloakroom/core';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { KeysUnavailableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { parseIssuers } from './issuer.ts';
import { parseKeySet } from './key-set.ts';
import type { KeySets } from './key-sets.ts';
import { loginId } from './read-login.ts';
import { createTokenVerifier } from './verify-token.ts';

const NOW = 1_800_000_000;
const signers = {
  RS256: createTestSigner('RS256', 'rsa'),
  ES256: createTestSigner('ES256', 'ec'),
  EdDSA: createTestSigner('EdDSA', 'ed'),
};
const rsa = signers.RS256;
const cognitoAlgorithms: Issuer['algorithms'] = ['RS256', 'ES256', 'EdDSA'];
const keySet = parseKeySet(
  JSON.stringify({ keys: Object.values(signers).map(({ jwk }) => jwk) }),
  cognitoAlgorithms,
  NOW,
);

const cognito: Issuer = {
  ...anIssuer({ issuer: 'https://idp.example/pool', algorithms: cognitoAlgorithms, clientIds: ['web', 'app'] }),
  roles: ['staff', 'ops'].map((value) => ({ claim: 'groups' as const, value, administers: ['main'] })),
};
const cognitoClaims = {
  iss: cognito.issuer,
  sub: 'ada',
  client_id: 'web',
  token_use: 'access',
  origin_jti: 'o-1',
  auth_time: NOW - 60,
  iat: NOW - 30,
  exp: NOW + 300,
};

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function verifierOf(...issuers: Issuer[]) {
  const keys: KeySets = {
    find: async (_, { alg, kid }) => keySet.find(alg, kid),
  };
  return createTokenVerifier({ issuers, keys, nowMs: () => NOW * 1000 + 999 });
}
const verify = (token: string, issuer = cognito) => verifierOf(issuer).verify(token);

/** The login that a token tells of. */
async function loginOf(token: string, ...issuers: Issuer[]): Promise<Login> {
  const verified = await verifierOf(...(issuers.length === 0 ? [cognito] : issuers)).verify(token);
  if (verified.type !== 'login') throw new Error('the token is a service’s');
  return verified.login;
}

/** What the verifier says about a token with these changes; a claim set to undefined is left out. */
const refusalOf = (token: string, issuer = cognito): Promise<string> =>
  verify(token, issuer).then(
    () => 'accepted',
    (error: { reason?: string }) => error.reason ?? String(error),
  );
const cognitoWith = (changes: object, header: object = {}) => rsa.sign({ ...cognitoClaims, ...changes }, { ...header });

describe('a valid access token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('is accepted when signed with %s', async (alg) => {
    await expect(loginOf(signers[alg].sign(cognitoClaims))).resolves.toMatchObject({ clientId: 'web' });
  });

  it('tells the login', async () => {
    const claims = { ...cognitoClaims, scope: 'a b', 'cognito:groups': ['staff'], acr: '2', amr: ['pwd'] };
    await expect(loginOf(rsa.sign(claims))).resolves.toEqual({
      user: { issuer: 'main', sub: 'ada' },
      loginId: loginId({ issuer: cognito.issuer, clientId: 'web', sub: 'ada', claim: 'origin_jti', value: 'o-1' }),
      claim: 'origin_jti',
      clientId: 'web',
      authTime: NOW - 60,
      scope: 'a b',
      groups: ['staff'],
      acr: '2',
      amr: ['pwd'],
    });
  });

  it('tells the roles that it has, of those that the configuration names', async () => {
    const admin = { value: 'admin', administers: ['main'] };
    const roles = [
      { ...admin, claim: 'realm_access.roles' },
      { ...admin, claim: 'resource_access.web.roles' },
      { ...admin, claim: 'groups' },
      { ...admin, claim: 'scope', clientIds: ['web'] },
    ];
    const claims = { realm_access: { roles: ['offline_access', 'admin'] }, resource_access: { web: { roles: 7 } } };
    const token = rsa.sign({ ...cognitoClaims, ...claims, groups: ['admin'], scope: 'admin' });
    const [issuer = cognito] = parseIssuers([{ ...cognito, roles }]);
    expect((await loginOf(token, issuer)).roles).toEqual([{ claim: 'realm_access.roles', value: 'admin' }]);
    expect(await loginOf(rsa.sign(cognitoClaims), issuer)).not.toHaveProperty('roles');
  });

  it('without scope, groups, acr and amr tells a login without rights', async () => {
    const { scope, groups, ...rest } = await loginOf(rsa.sign(cognitoClaims));
    expect({ scope, groups }).toEqual({ scope: '', groups: [] });
    expect(rest).not.toHaveProperty('acr');
    expect(rest).not.toHaveProperty('amr');
  });
});

describe('a claim that decides nothing', () => {
  const told = async (changes: object) => {
    const { scope, groups, acr, amr } = await loginOf(cognitoWith(changes));
    return { scope, groups, acr, amr };
  };
  const many = Array.from({ length: 400 }, (_, index) => `g${index}`);

  it.each<[string, object, object]>([
    ['a scope that is a list', { scope: ['openid', 'api1'] }, { scope: 'openid api1' }],
    ['a list of texts with several scopes', { scope: ['openid api1', 'b'] }, { scope: 'openid api1 b' }],
    ['scopes that are no words', { scope: ['a', 7, null, 'b"', ''] }, { scope: 'a' }],
    ['a scope that is a number', { scope: 7 }, { scope: '' }],
    ['a scope that is nothing', { scope: null }, { scope: '' }],
    ['one group as text', { 'cognito:groups': 'staff' }, { groups: ['staff'] }],
    [
      '400 groups, of which roles name two',
      { 'cognito:groups': [...many, 'ops', 'staff'] },
      { groups: ['staff', 'ops'] },
    ],
    ['a group that comes twice', { 'cognito:groups': ['ops', 'ops'] }, { groups: ['ops'] }],
    ['a group in a text with others', { 'cognito:groups': 'staff ops' }, { groups: [] }],
    ['a group in capitals', { 'cognito:groups': ['STAFF'] }, { groups: [] }],
    ['groups that are no words', { 'cognito:groups': [1, ['staff'], null, 'ops'] }, { groups: ['ops'] }],
    ['groups that are an object', { 'cognito:groups': { staff: true } }, { groups: [] }],
    ['an acr that is an object', { acr: { values: ['x'] } }, {}],
    ['an acr that is a number', { acr: 2 }, {}],
    ['an acr that is empty', { acr: '' }, {}],
    ['an amr that is text', { amr: 'pwd' }, { amr: ['pwd'] }],
    ['an amr with what is no word', { amr: ['pwd', 7, 'x'.repeat(256)] }, { amr: ['pwd'] }],
    ['an amr without end', { amr: Array(30).fill('pwd') }, { amr: Array(20).fill('pwd') }],
    ['a nonce, where another claim says that this is an access token', { nonce: 'n' }, {}],
    [
      'null for everything that is not there',
      { aud: null, nbf: null, cnf: null, nonce: null, acr: null, at_hash: null },
      {},
    ],
  ])('refuses nobody: %s', async (_, changes, expected) => {
    await expect(told(changes)).resolves.toEqual({
      scope: '',
      groups: [],
      acr: undefined,
      amr: undefined,
      ...expected,
    });
  });

  it('refuses nobody, whatever JSON it is', async () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    const names = fc.constantFrom(
      'scope',
      'cognito:groups',
      'groups',
      'acr',
      'amr',
      'nonce',
      'jti',
      'roles',
      'typ',
      'sid',
      'azp',
    );
    const claims = fc.dictionary(names, value, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(claims, async (changes) => {
        const { scope, groups } = await loginOf(cognitoWith(changes));
        expect(scope).toMatch(/^[\x21-\x7e]*(?: [\x21-\x7e]+)*$/);
        expect(['staff', 'ops']).toEqual(expect.arrayContaining([...groups]));
      }),
    );
  });

  it('may be missing: the time of issue', async () => {
    await expect(refusalOf(cognitoWith({ iat: undefined }))).resolves.toBe('accepted');
    await expect(refusalOf(cognitoWith({ iat: null }))).resolves.toBe('accepted');
  });

  it('has times with fractions, and the sign-in is in the second that had begun', async () => {
    const times = { exp: NOW + 0.5, iat: NOW - 0.25, nbf: NOW - 0.5 };
    const login = await loginOf(cognitoWith({ ...times, auth_time: NOW - 59.25 }));
    expect(login.authTime).toBe(NOW - 60);
    const byTime: Issuer = { ...cognito, loginClaim: 'auth_time' };
    const whole = await loginOf(cognitoWith({ auth_time: NOW - 60 }), byTime);
    expect((await loginOf(cognitoWith({ auth_time: NOW - 59.25 }), byTime)).loginId).toBe(whole.loginId);
  });
});

describe('names of claims', () => {
  const claims = { client: 'x.client', scope: 'permissions', groups: 'https://id.example/roles', authTime: 'x.since' };
  const issuer: Issuer = { ...cognito, claims: { ...claims, sid: 'https://id.example/sid' }, loginClaim: 'sid' };
  const token = {
    client_id: 'other',
    auth_time: undefined,
    x: { client: 'web', since: NOW - 90 },
    permissions: ['read:orders'],
    'https://id.example/roles': ['staff', 'others'],
    'https://id.example/sid': 's-1',
  };

  it('are as the issuer is configured', async () => {
    await expect(loginOf(cognitoWith(token), issuer)).resolves.toMatchObject({
      clientId: 'web',
      scope: 'read:orders',
      groups: ['staff'],
      authTime: NOW - 90,
      claim: 'sid',
      sidHash: sidHash({ issuer: cognito.issuer, sub: 'ada', value: 's-1' }),
    });
  });

  it.each([
    ['x.client', { x: { since: NOW } }, 'client_refused'],
    ['x.client', { x: { client: ['web'], since: NOW } }, 'client_refused'],
    ['x.since', { x: { client: 'web' }, auth_time: NOW }, 'auth_time_missing'],
    ['https://id.example/sid', { 'https://id.example/sid': undefined, sid: 's' }, 'login_claim_missing'],
  ])('are told when %s is not there, whatever the usual claim says', async (claim, changes, reason) => {
    const refused = verify(cognitoWith({ ...token, client_id: 'web', ...changes }), issuer);
    await expect(refused).rejects.toMatchObject({ claim, reason });
  });

  it('are names or paths', () => {
    expect(() => parseIssuers([{ ...issuer, claims: { groups: 'a..b' } }])).toThrow('claims.groups');
    expect(() => parseIssuers([{ ...issuer, claims: { sub: 'email' } }])).toThrow('claims.sub');
    expect(parseIssuers([issuer])).toEqual([issuer]);
  });
});

describe('several keys', () => {
  const [one, two] = [createTestSigner('RS256', 'same'), createTestSigner('RS256', 'same')];
  const both = { find: async () => [one.publicKey, two.publicKey] };
  const verifier = createTokenVerifier({ issuers: [cognito], keys: both, nowMs: () => NOW * 1000 });

  it('are tried one after the other', async () => {
    for (const signer of [one, two]) {
      await expect(verifier.verify(signer.sign(cognitoClaims))).resolves.toMatchObject({ type: 'login' });
    }
    await expect(verifier.verify(rsa.sign(cognitoClaims))).rejects.toThrow('signature_wrong');
  });
});

describe('a token that is refused', () => {
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const hmac = (signed: string) => createHmac('sha256', pem).update(signed).digest('base64url');
  const unsigned = (header: object) => `${segment(header)}.${segment(cognitoClaims)}`;
  const hs256 = unsigned({ alg: 'HS256', kid: 'rsa' });

  it.each([
    ['alg none', `${unsigned({ alg: 'none', kid: 'rsa' })}.AA`, 'algorithm_refused'],
    ['HS256 with the public key as its secret', `${hs256}.${hmac(hs256)}`, 'algorithm_refused'],
    ['an algorithm that only looks like one', cognitoWith({}, { alg: 'rs256' }), 'algorithm_refused'],
    ['PS256', cognitoWith({}, { alg: 'PS256' }), 'algorithm_refused'],
    ['the algorithm of another key', cognitoWith({}, { alg: 'ES256' }), 'key_unknown'],
    ['an unknown kid', cognitoWith({}, { kid: 'other' }), 'key_unknown'],
    ['an unknown issuer', cognitoWith({ iss: 'https://evil.example' }), 'issuer_unknown'],
    ['an issuer with a slash more', cognitoWith({ iss: `${cognito.issuer}/` }), 'issuer_unknown'],
    ['an issuer in capitals', cognitoWith({ iss: cognito.issuer.toUpperCase() }), 'issuer_unknown'],
    ['a list of issuers', cognitoWith({ iss: [cognito.issuer] }), 'issuer_unknown'],
    ['no issuer', cognitoWith({ iss: undefined }), 'issuer_unknown'],
    ['a lifetime that is over', cognitoWith({ exp: NOW - 5 }), 'expired'],
    ['no end', cognitoWith({ exp: undefined }), 'claim_malformed'],
    ['an end in words', cognitoWith({ exp: '9999999999' }), 'claim_malformed'],
    ['a time of issue in the future', cognitoWith({ iat: NOW + 6 }), 'issued_in_future'],
    ['a time of issue in milliseconds', cognitoWith({ iat: NOW * 1000 }), 'issued_in_future'],
    ['a beginning in the future', cognitoWith({ nbf: NOW + 6 }), 'not_yet_valid'],
    ['a beginning in words', cognitoWith({ nbf: 'now' }), 'claim_malformed'],
    ['no auth_time', cognitoWith({ auth_time: undefined }), 'auth_time_missing'],
    ['an auth_time in words', cognitoWith({ auth_time: String(NOW) }), 'claim_malformed'],
    ['a negative auth_time', cognitoWith({ auth_time: -1 }), 'claim_malformed'],
    ['a time of issue in words', cognitoWith({ iat: String(NOW) }), 'claim_malformed'],
    ['an auth_time in the future', cognitoWith({ auth_time: NOW + 6 }), 'auth_time_in_future'],
    ['no subject', cognitoWith({ sub: undefined }), 'claim_malformed'],
    ['an empty subject', cognitoWith({ sub: '' }), 'claim_malformed'],
    ['a subject with a control character', cognitoWith({ sub: 'a\n' }), 'claim_malformed'],
    ['a subject of 256 characters', cognitoWith({ sub: 'a'.repeat(256) }), 'claim_malformed'],
    ['no login claim', cognitoWith({ origin_jti: undefined }), 'login_claim_missing'],
    ['no login claim, though it has others', cognitoWith({ origin_jti: undefined, sid: 's' }), 'login_claim_missing'],
    ['an empty login claim', cognitoWith({ origin_jti: '' }), 'login_claim_missing'],
    ['a login claim that is a number', cognitoWith({ origin_jti: 1 }), 'login_claim_missing'],
    ['the mark of an ID token: at_hash', cognitoWith({ at_hash: 'h' }), 'not_access_token'],
    ['the mark of an ID token: c_hash', cognitoWith({ c_hash: 'h' }), 'not_access_token'],
    ['the mark of a logout token', cognitoWith({ events: {} }), 'not_access_token'],
    ['a key it must prove to have', cognitoWith({ cnf: { jkt: 'x' } }), 'sender_constrained'],
    ['the type of a logout token', cognitoWith({}, { typ: 'logout+jwt' }), 'type_refused'],
    ['extensions to understand', cognitoWith({}, { crit: ['exp'] }), 'header_malformed'],
  ])('has %s', async (_, token, reason) => {
    await expect(refusalOf(token)).resolves.toBe(reason);
  });

  it.each<[string, string, Issuer]>([
    ['auth_time', cognitoWith({ auth_time: undefined }), cognito],
    ['auth_time', cognitoWith({ auth_time: NOW + 6 }), cognito],
    ['sub', cognitoWith({ sub: undefined }), cognito],
    ['origin_jti', cognitoWith({ origin_jti: undefined }), cognito],
    ['sid', cognitoWith({}), { ...cognito, loginClaim: 'sid' }],
    ['aud', cognitoWith({ aud: 'canary' }), cognito],
    ['client_id', cognitoWith({ client_id: 'canary' }), cognito],
    [
      'client_id or azp',
      cognitoWith({ aud: 'api' }),
      { ...cognito, profile: 'plain', clientIds: [], audiences: ['api'] },
    ],
    ['token_use', cognitoWith({ token_use: 'canary' }), cognito],
    ['cnf', cognitoWith({ cnf: {} }), cognito],
    ['exp', cognitoWith({ exp: NOW - 9 }), cognito],
    ['exp', cognitoWith({ exp: undefined }), cognito],
    ['iat', cognitoWith({ iat: NOW + 9 }), cognito],
    ['nbf', cognitoWith({ nbf: NOW + 9 }), cognito],
    ['sub', cognitoWith({}), { ...cognito, services: ['web'] }],
    ['origin_jti', cognitoWith({ sub: 'web' }), { ...cognito, services: ['web'] }],
  ])('is told by the name of its claim, %s, and of its issuer', async (claim, token, issuer) => {
    const error = await verify(token, issuer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TOKEN_INVALID', claim, issuer: 'main' });
    expect(String(error)).toMatch(new RegExp(`, ${claim}, main$`));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
  });

  it('never ends', async () => {
    const endless = JSON.stringify(cognitoClaims).replace(String(cognitoClaims.exp), '1e400');
    await expect(refusalOf(rsa.sign(endless))).resolves.toBe('claim_malformed');
  });

  it('was changed after it was signed', async () => {
    const [header, , signature] = rsa.sign(cognitoClaims).split('.');
    const forged = segment({ ...cognitoClaims, sub: 'eve' });
    await expect(refusalOf(`${header}.${forged}.${signature}`)).resolves.toBe('signature_wrong');
  });

  it('was signed by another key of the same name, though it brings that key along', async () => {
    const stranger = createTestSigner('RS256', 'rsa');
    for (const header of [
      {},
      { jwk: stranger.jwk },
      { jku: 'https://evil.example' },
      { x5u: 'https://evil.example' },
    ]) {
      await expect(refusalOf(stranger.sign(cognitoClaims, header))).resolves.toBe('signature_wrong');
    }
  });

  it('is signed with an algorithm that its issuer is not configured for', async () => {
    const onlyRsa: Issuer = { ...cognito, algorithms: ['RS256'] };
    await expect(refusalOf(signers.ES256.sign(cognitoClaims), onlyRsa)).resolves.toBe('algorithm_refused');
  });

  it('is of an issuer that has no bearer sessions', async () => {
    await expect(refusalOf(cognitoWith({}), { ...cognito, loginClaim: 'none' })).resolves.toBe('bearer_refused');
  });

  it('does not appear in the error', async () => {
    const token = cognitoWith({ exp: NOW - 100, origin_jti: 'canary' });
    const error = await verify(token).catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 9 })).toContain('expired');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|eyJ/);
  });
});

describe('a clock that is 5 s off', () => {
  it.each([
    ['exp', { exp: NOW - 4 }],
    ['iat', { iat: NOW + 5 }],
    ['nbf', { nbf: NOW + 5 }],
    ['auth_time', { auth_time: NOW + 5 }],
  ])('is forgiven for %s', async (_, changes) => {
    await expect(refusalOf(cognitoWith(changes))).resolves.toBe('accepted');
  });
});

describe('the key', () => {
  it.each([
    ['when the token says that it was issued', {}, NOW - 30],
    ['the future, within what clocks may differ', { iat: NOW + 5 }, NOW + 5],
    ['when the token begins, where it does not say when it was issued', { iat: undefined, nbf: NOW - 20 }, NOW - 20],
    ['no time, where the token has none', { iat: undefined }, 0],
    ['no time, where it is no number', { iat: String(NOW) }, 0],
    ['no time, where it lies in the future', { iat: NOW + 6 }, 0],
    ['no time, where the token is expired', { exp: NOW - 5 }, 0],
    ['no time, where the token expires never', { exp: undefined }, 0],
  ])('is looked for with %s', async (_, changes, issuedAt) => {
    const find = jest.fn<KeySets['find']>(async () => []);
    const verifier = createTokenVerifier({ issuers: [cognito], keys: { find }, nowMs: () => NOW * 1000 + 999 });
    await expect(verifier.verify(cognitoWith(changes))).rejects.toMatchObject({ reason: 'key_unknown' });
    expect(find).toHaveBeenCalledWith(cognito, { alg: 'RS256', kid: expect.any(String), issuedAt });
  });
});

describe('an error of ours', () => {
  it('stays one: it is no verdict on the token', async () => {
    const outage = new KeysUnavailableError('none_usable', 'main', 7);
    const keys = { find: () => Promise.reject(outage) };
    const verifier = createTokenVerifier({ issuers: [cognito], keys, nowMs: () => NOW * 1000 });
    await expect(verifier.verify(cognitoWith({}))).rejects.toBe(outage);
  });

  it('stays one when a key cannot be used', async () => {
    const keys = { find: async () => [signers.ES256.publicKey] };
    const verifier = createTokenVerifier({ issuers: [cognito], keys, nowMs: () => NOW * 1000 });
    await expect(verifier.verify(cognitoWith({}))).rejects.toThrow('Invalid key type');
  });
});

describe('the profile', () => {
  const api = { ...cognito, audiences: ['https://api.example'] };
  const base = { ...cognitoClaims, token_use: undefined, client_id: undefined, aud: 'https://api.example' };
  const rfc9068: Issuer = { ...api, profile: 'rfc9068' };
  const keycloak: Issuer = { ...api, profile: 'keycloak', loginClaim: 'sid' };
  const plain: Issuer = { ...api, profile: 'plain', loginClaim: 'auth_time' };
  const keycloakClaims = { ...base, origin_jti: undefined, sid: 's', azp: 'web', typ: 'Bearer' };
  const okta: Issuer = { ...plain, profile: 'okta' };
  const oktaClaims = { ...base, cid: 'web', uid: 'ada', scp: ['openid'] };
  const entra: Issuer = { ...plain, profile: 'entra' };
  const at = { typ: 'at+jwt' };

  it.each<[string, Issuer, object, object, string]>([
    ['cognito', cognito, { ...cognitoClaims, token_use: 'id' }, {}, 'not_access_token'],
    ['cognito', cognito, { ...cognitoClaims, token_use: undefined }, {}, 'not_access_token'],
    ['cognito', cognito, { ...cognitoClaims, client_id: 'other' }, {}, 'client_refused'],
    ['cognito', cognito, { ...cognitoClaims, client_id: ['web'] }, {}, 'client_refused'],
    ['cognito', cognito, { ...cognitoClaims, client_id: undefined, aud: 'web' }, {}, 'audience_refused'],
    ['cognito', cognito, { ...cognitoClaims, client_id: undefined, azp: 'web' }, {}, 'client_refused'],
    ['cognito', api, { ...cognitoClaims, aud: 'https://api.example' }, {}, 'accepted'],
    ['cognito', api, { ...cognitoClaims, aud: 'https://other.example' }, {}, 'audience_refused'],
    ['cognito', cognito, { ...cognitoClaims, aud: 'https://api.example' }, {}, 'audience_refused'],
    ['cognito', api, cognitoClaims, {}, 'accepted'],
    ['cognito', cognito, { ...cognitoClaims, nonce: 'n' }, {}, 'accepted'],
    ['cognito', cognito, { ...cognitoClaims, nonce: 'n', token_use: 'id' }, {}, 'not_access_token'],
    ['okta', okta, oktaClaims, {}, 'accepted'],
    ['okta', okta, { ...oktaClaims, cid: undefined }, {}, 'client_refused'],
    ['okta', okta, { ...oktaClaims, cid: undefined, azp: 'web' }, {}, 'client_refused'],
    ['okta', okta, { ...oktaClaims, nonce: 'n' }, {}, 'not_access_token'],
    ['okta', okta, { ...oktaClaims, aud: 'web' }, {}, 'audience_refused'],
    ['entra', entra, { ...base, azp: 'web' }, { typ: 'JWT' }, 'accepted'],
    ['entra', entra, { ...base, appid: 'web' }, { typ: 'JWT' }, 'accepted'],
    ['entra', entra, { ...base, appid: 'web', azp: 'app' }, { typ: 'JWT' }, 'client_refused'],
    ['entra', entra, { ...base, client_id: 'web' }, { typ: 'JWT' }, 'client_refused'],
    ['entra', entra, { ...base, azp: 'web', nonce: 'n' }, { typ: 'JWT' }, 'not_access_token'],
    ['entra', entra, { ...base, azp: 'web', aud: undefined }, { typ: 'JWT' }, 'audience_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web' }, at, 'accepted'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web' }, { typ: 'application/AT+JWT' }, 'accepted'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web' }, { typ: 'JWT' }, 'type_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web' }, {}, 'type_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', aud: undefined }, at, 'audience_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', aud: 7 }, at, 'audience_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', aud: ['x', 'https://api.example'] }, at, 'accepted'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', aud: ['x', 'https://api.example/'] }, at, 'audience_refused'],
    ['rfc9068', rfc9068, { ...base, azp: 'web' }, at, 'client_refused'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', auth_time: undefined }, at, 'auth_time_missing'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', nonce: 'n' }, at, 'accepted'],
    ['rfc9068', rfc9068, { ...base, client_id: 'web', nonce: 'n' }, { typ: 'JWT' }, 'type_refused'],
    ['keycloak', keycloak, keycloakClaims, { typ: 'JWT' }, 'accepted'],
    ['keycloak', keycloak, { ...keycloakClaims, nonce: 'n' }, { typ: 'JWT' }, 'accepted'],
    ['keycloak', keycloak, { ...keycloakClaims, nonce: 'n', typ: undefined }, { typ: 'JWT' }, 'not_access_token'],
    ['keycloak', keycloak, { ...keycloakClaims, nonce: 'n', typ: 'ID' }, { typ: 'JWT' }, 'not_access_token'],
    ['keycloak', keycloak, { ...keycloakClaims, typ: 'ID' }, { typ: 'JWT' }, 'not_access_token'],
    ['keycloak', keycloak, { ...keycloakClaims, typ: 'Refresh' }, { typ: 'JWT' }, 'not_access_token'],
    ['keycloak', keycloak, { ...keycloakClaims, typ: undefined }, { typ: 'JWT' }, 'not_access_token'],
    ['keycloak', keycloak, { ...keycloakClaims, azp: 'other' }, { typ: 'JWT' }, 'client_refused'],
    ['keycloak', keycloak, { ...keycloakClaims, aud: 'account' }, { typ: 'JWT' }, 'audience_refused'],
    ['keycloak', keycloak, { ...keycloakClaims, sid: undefined, origin_jti: 'o' }, {}, 'login_claim_missing'],
    ['plain', plain, { ...base, azp: 'web' }, { typ: 'JWT' }, 'accepted'],
    ['plain', plain, { ...base, client_id: 'web' }, at, 'accepted'],
    ['plain', plain, { ...base, client_id: 'web', azp: 'app' }, {}, 'client_refused'],
    ['plain', plain, base, {}, 'client_refused'],
    ['plain', plain, { ...base, azp: 'web', nonce: 'n' }, {}, 'not_access_token'],
    ['plain', plain, { ...base, azp: 'web', nonce: 'n' }, at, 'not_access_token'],
    ['plain', plain, { ...base, azp: 'web', events: {} }, {}, 'not_access_token'],
    ['plain', plain, { ...base, azp: 'web', aud: 'web' }, {}, 'audience_refused'],
    ['plain', plain, { ...base, azp: 'web', auth_time: undefined }, {}, 'auth_time_missing'],
  ])('%s decides', async (_, issuer, claims, header, expected) => {
    await expect(refusalOf(rsa.sign({ ...claims }, { ...header }), issuer)).resolves.toBe(expected);
  });

  it('chooses the claim for groups: cognito:groups for Cognito, groups for the others', async () => {
    const both = { groups: ['ops'], 'cognito:groups': ['staff'] };
    await expect(loginOf(cognitoWith(both))).resolves.toMatchObject({ groups: ['staff'] });
    await expect(loginOf(rsa.sign({ ...keycloakClaims, ...both }), keycloak)).resolves.toMatchObject({
      groups: ['ops'],
    });
  });

  it('tells the session at the provider, one for all clients, where that names the login', async () => {
    const sidOf = async (changes: object, issuer: Issuer) =>
      (await loginOf(rsa.sign({ ...base, azp: 'web', sid: 's', ...changes }), issuer)).sidHash;
    const here = await sidOf(keycloakClaims, keycloak);
    expect(here).toBe(sidHash({ issuer: keycloak.issuer, sub: 'ada', value: 's' }));
    expect(await sidOf({ ...keycloakClaims, azp: 'app' }, keycloak)).toBe(here);
    expect(await sidOf({ ...keycloakClaims, sid: 'other' }, keycloak)).not.toBe(here);
    expect(await sidOf({ ...keycloakClaims, sub: 'bob' }, keycloak)).not.toBe(here);
    expect(await sidOf({}, plain)).toBeUndefined();
  });

  it('names the login by the one claim of the issuer', async () => {
    const idOf = async (changes: object, issuer: Issuer) =>
      (await loginOf(rsa.sign({ ...base, azp: 'web', ...changes }), issuer)).loginId;
    const bySid: Issuer = { ...plain, loginClaim: 'sid' };
    expect(await idOf({ auth_time: NOW - 9 }, plain)).not.toBe(await idOf({ auth_time: NOW - 8 }, plain));
    expect(await idOf({ sid: 's', auth_time: NOW - 9 }, bySid)).toBe(
      await idOf({ sid: 's', auth_time: NOW - 8 }, bySid),
    );
  });
});

describe('an ID token', () => {
  const api = { ...cognito, audiences: ['https://api.example'] };
  const idClaims = { iss: cognito.issuer, sub: 'ada', auth_time: NOW - 60, iat: NOW - 30, exp: NOW + 300 };
  const both = { client_id: 'web', azp: 'web', sid: 's', origin_jti: 'o' };

  it.each<[Issuer['profile'], object, Readonly<Record<string, unknown>>]>([
    ['cognito', { ...both, token_use: 'id', aud: 'https://api.example' }, {}],
    ['keycloak', { ...both, typ: 'ID', aud: 'https://api.example' }, { typ: 'JWT' }],
    ['rfc9068', { ...both, aud: 'https://api.example' }, { typ: 'JWT' }],
    ['okta', { ...both, cid: 'web', aud: 'web' }, {}],
    ['entra', { ...both, aud: 'web' }, { typ: 'JWT' }],
    ['plain', { ...both, aud: 'web' }, { typ: 'JWT' }],
  ])('is no access token to the profile %s, even one made to look like it', async (profile, claims, header) => {
    const issuer: Issuer = { ...api, profile };
    await expect(refusalOf(rsa.sign({ ...idClaims, ...claims }, header), issuer)).resolves.not.toBe('accepted');
  });

  it('cannot be told from an access token where its audience is the API, so no client may be one', async () => {
    expect(() => parseIssuers([{ ...api, profile: 'plain', audiences: ['web'] }])).toThrow('an ID token would pass');
  });
});

describe('the same subject', () => {
  it('at two issuers is two users, and each issuer is held to its own rules', async () => {
    const other: Issuer = { ...cognito, alias: 'other', issuer: 'https://other.example', clientIds: ['desk'] };
    const both = [cognito, other];
    const [one, two] = await Promise.all([
      loginOf(rsa.sign(cognitoClaims), ...both),
      loginOf(rsa.sign({ ...cognitoClaims, iss: other.issuer, client_id: 'desk' }), ...both),
    ]);
    expect([one.user, two.user]).toEqual([
      { issuer: 'main', sub: 'ada' },
      { issuer: 'other', sub: 'ada' },
    ]);
    expect(one.loginId).not.toBe(two.loginId);
    const crossed = rsa.sign({ ...cognitoClaims, iss: other.issuer });
    await expect(verifierOf(...both).verify(crossed)).rejects.toThrow('client_refused');
  });
});
