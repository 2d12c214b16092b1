import { sidHash } from '@cloakroom/core';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeysUnavailableError } from '../errors.ts';
import { type Issuer, parseIssuers } from '../issuer.ts';
import { loginId } from '../read-login.ts';
import { browserClientsOf } from './browser-client.ts';
import { createOidcClient } from './oidc-client.ts';
import { startTokenEndpoint, type TokenAnswer, type TokenEndpoint } from './token-endpoint-fixture.ts';
import type { ExpectedSession } from './verify-refreshed.ts';

const NOW = 1_800_000_000;
const signer = createTestSigner('ES256', 'k1');
const stranger = createTestSigner('ES256', 'k1');
const SUB = 'ada';

const issuer = {
  ...anIssuer({ profile: 'keycloak', loginClaim: 'sid', audiences: ['api'], clientIds: ['web', 'phone'] }),
  roles: [{ claim: 'realm_access.roles', value: 'boss', administers: ['main'] }],
};
const expected = { sub: SUB, sidHash: sidHash({ issuer: issuer.issuer, sub: SUB, value: 's-1' }) };
const common = { iss: issuer.issuer, sub: SUB, sid: 's-1', iat: NOW - 1, exp: NOW + 300 };

type Claims = Readonly<Record<string, unknown>>;

const anIdToken = (claims: Claims = {}, by = signer) => by.sign({ ...common, aud: 'web', azp: 'web', ...claims });
const anAccessToken = (claims: Claims = {}) =>
  signer.sign({
    ...{ ...common, aud: ['api'], azp: 'web', typ: 'Bearer', scope: 'openid orders' },
    ...{ realm_access: { roles: ['boss'] }, ...claims },
  });
const given = (members: Claims = {}): TokenAnswer => ({
  status: 200,
  body: {
    access_token: anAccessToken(),
    id_token: anIdToken(),
    refresh_token: 'second',
    token_type: 'Bearer',
    expires_in: 300,
    ...members,
  },
});
const refused = (status: number, error: string): TokenAnswer => ({ status, body: { error } });

describe('OidcClient.refresh', () => {
  let endpoint: TokenEndpoint;
  beforeAll(async () => {
    endpoint = await startTokenEndpoint();
  });
  afterAll(() => endpoint.stop());

  interface Setting {
    readonly browser?: object;
    readonly at?: object;
    readonly token?: string;
    readonly session?: ExpectedSession;
    readonly keys?: () => Promise<never>;
  }

  /** A client whose secret was `old` when it was read, and has been replaced. */
  function refresh({ browser = {}, at = {}, token = endpoint.url, session = expected, keys }: Setting = {}) {
    const endpoints = { authorization: 'https://idp.example/authorize', token };
    const frontends = [{ url: 'https://app.example' }];
    const side = {
      clientId: 'web',
      clientSecretName: 's',
      reauthentication: 'prompt',
      frontends,
      endpoints,
      ...browser,
    };
    const [client] = browserClientsOf(parseIssuers([{ ...issuer, ...at, browser: side }]) satisfies readonly Issuer[]);
    if (client === undefined) throw new Error('there is no client');
    return createOidcClient(client, {
      keys: { find: keys ?? (async () => [signer.publicKey]) },
      nowMs: () => NOW * 1000,
      secret: { get: async () => 'old', replace: async () => 'new' },
      callbackUri: 'https://api.example/auth/callback/main',
      leftUri: 'https://api.example/auth/left',
      loginMaxLifetimeSeconds: 2_592_000,
    }).refresh('first', session);
  }

  it('gives the new tokens, and the rights of the new access token', async () => {
    endpoint.answers(given({ refresh_expires_in: 1800 }));
    await expect(refresh()).resolves.toEqual({
      refreshToken: 'second',
      idToken: expect.stringContaining('.'),
      refreshExpiresInSeconds: 1800,
      rights: {
        scope: 'openid orders',
        groups: [],
        roles: [{ claim: 'realm_access.roles', value: 'boss' }],
      },
    });
    const [{ form, authorization } = { form: new URLSearchParams(), authorization: '' }] = endpoint.posted;
    expect(Object.fromEntries(form)).toEqual({ grant_type: 'refresh_token', refresh_token: 'first' });
    expect(authorization).toBe(`Basic ${Buffer.from('web:old').toString('base64')}`);
  });

  it('takes an answer without ID token and without a new refresh token', async () => {
    endpoint.answers(given({ id_token: undefined, refresh_token: undefined }));
    await expect(refresh()).resolves.toEqual({
      rights: { scope: 'openid orders', groups: [], roles: [{ claim: 'realm_access.roles', value: 'boss' }] },
    });
  });

  it('tells of no rights, where neither token does', async () => {
    endpoint.answers(given({ id_token: undefined, refresh_token: undefined, access_token: 'opaque' }));
    await expect(refresh()).resolves.toEqual({});
  });

  it('takes the roles of the ID token, where the access token is for another API', async () => {
    const id_token = anIdToken({ realm_access: { roles: ['boss'] } });
    endpoint.answers(given({ id_token, access_token: 'opaque' }));
    const { rights } = await refresh();
    expect(rights).toEqual({ scope: '', groups: [], roles: [{ claim: 'realm_access.roles', value: 'boss' }] });
  });

  it.each([0, -1, '1800', null, Number.MAX_VALUE * 2])('takes refresh_expires_in %p for none', async (seconds) => {
    endpoint.answers(given({ refresh_expires_in: seconds }));
    expect(await refresh()).not.toHaveProperty('refreshExpiresInSeconds');
  });

  it.each<readonly [string, Claims]>([
    ['a nonce, or none', { nonce: 'of the sign-in' }],
    ['60 s ahead', { iat: NOW + 59, exp: NOW + 400 }],
    ['60 s behind', { iat: NOW - 400, exp: NOW - 59 }],
  ])('takes an ID token with %s', async (_, claims) => {
    endpoint.answers(given({ id_token: anIdToken(claims) }));
    await expect(refresh()).resolves.toMatchObject({ refreshToken: 'second' });
  });

  it('asks for no sid where logins are known otherwise', async () => {
    endpoint.answers(given({ id_token: anIdToken({ sid: undefined }) }));
    const refreshed = refresh({ at: { loginClaim: 'auth_time' }, session: { sub: SUB } });
    await expect(refreshed).resolves.toMatchObject({ refreshToken: 'second' });
  });

  describe('of one login', () => {
    const named = { issuer: issuer.issuer, clientId: 'web', sub: SUB, claim: 'sid', value: 's-1' };
    const session = { ...expected, loginId: loginId(named) };

    it.each<readonly [string, Claims]>([
      ['ID token', {}],
      ['access token, where there is no ID token', { id_token: undefined }],
    ])('takes it from the %s', async (_, members) => {
      endpoint.answers(given(members));
      await expect(refresh({ session })).resolves.toMatchObject({ refreshToken: 'second' });
    });

    it.each<readonly [string, Claims, string]>([
      ['another one', { id_token: undefined, access_token: anAccessToken({ sid: 's-2' }) }, 'not_of_this_session'],
      ['another client', { id_token: undefined, access_token: anAccessToken({ azp: 'phone' }) }, 'not_of_this_client'],
      ['nobody knows', { id_token: undefined, access_token: 'opaque' }, 'not_canonical'],
    ])('refuses tokens of %s', async (_, members, reason) => {
      endpoint.answers(given(members));
      await expect(refresh({ session })).rejects.toMatchObject({ failure: 'refused', reason, isSpent: true });
    });

    it('refuses an ID token of another one, where nothing else tells', async () => {
      const at = { profile: 'plain', loginClaim: 'auth_time' };
      const ofLogin = { sub: SUB, loginId: loginId({ ...named, claim: 'auth_time', value: NOW - 9 }) };
      endpoint.answers(given({ id_token: anIdToken({ auth_time: NOW - 9 }) }));
      await expect(refresh({ at, session: ofLogin })).resolves.toMatchObject({ refreshToken: 'second' });
      endpoint.answers(given({ id_token: anIdToken({ auth_time: NOW - 8 }) }));
      await expect(refresh({ at, session: ofLogin })).rejects.toMatchObject({ reason: 'not_of_this_session' });
    });
  });

  it.each<readonly [string, Claims, string]>([
    ['another issuer', { id_token: anIdToken({ iss: 'https://other.example' }) }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['another person', { id_token: anIdToken({ sub: 'eve' }) }, 'not_of_this_session'],
    ['another client', { id_token: anIdToken({ aud: 'other' }) }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['another session', { id_token: anIdToken({ sid: 's-2' }) }, 'not_of_this_session'],
    ['no session', { id_token: anIdToken({ sid: undefined }) }, 'login_claim_missing'],
    ['another key', { id_token: anIdToken({}, stranger) }, 'signature_wrong'],
    ['another access token', { id_token: anIdToken({ at_hash: 'AAAA' }) }, 'access_token_wrong'],
    ['another person in the access token', { access_token: anAccessToken({ sub: 'eve' }) }, 'access_token_wrong'],
  ])('refuses tokens of %s, and counts the refresh token as used', async (_, members, reason) => {
    endpoint.answers(given(members));
    await expect(refresh()).rejects.toMatchObject({ failure: 'refused', reason, isSpent: true });
    expect(endpoint.posted).toHaveLength(1);
  });

  it.each<readonly [string, TokenAnswer, object]>([
    ['invalid_grant', refused(400, 'invalid_grant'), { failure: 'ended', isSpent: false }],
    ['another error', refused(400, 'invalid_scope'), { failure: 'refused', isSpent: false }],
    [
      'a wish to see the person',
      refused(400, 'interaction_required'),
      { failure: 'interaction_required', isSpent: false },
    ],
    ['too many requests', refused(429, 'slow_down'), { failure: 'unavailable', isSpent: false }],
    ['an outage that says invalid_grant', refused(503, 'invalid_grant'), { failure: 'unavailable', isSpent: false }],
    ['a page that says 500', { status: 500, body: '<p>' }, { failure: 'unavailable', isSpent: true }],
    ['a gateway without an answer', { status: 504, body: '' }, { failure: 'unavailable', isSpent: true }],
    ['an answer that is no JSON', { status: 200, body: '<p>' }, { failure: 'refused', isSpent: true }],
    ['no access token', given({ access_token: undefined }), { failure: 'refused', isSpent: true }],
  ])('tells what %s means, and asks once', async (_, answer, told) => {
    endpoint.answers(answer);
    await expect(refresh()).rejects.toMatchObject(told);
    expect(endpoint.posted).toHaveLength(1);
  });

  it('asks again with the new secret, when the old one is refused', async () => {
    endpoint.answers(refused(401, 'invalid_client'), given());
    await expect(refresh({ browser: { refreshRotation: 'strict' } })).resolves.toMatchObject({
      refreshToken: 'second',
    });
    expect(endpoint.posted.map(({ authorization }) => authorization)).toEqual(
      ['web:old', 'web:new'].map((pair) => `Basic ${Buffer.from(pair).toString('base64')}`),
    );
  });

  it('asks twice at most, when both secrets are refused', async () => {
    endpoint.answers(refused(401, 'invalid_client'));
    await expect(refresh()).rejects.toMatchObject({ failure: 'refused', reason: 'invalid_client', isSpent: false });
    expect(endpoint.posted).toHaveLength(2);
  });

  describe('without an answer', () => {
    it.each(['none', 'grace'])('asks once more where rotation is %s', async (refreshRotation) => {
      endpoint.answers('closes', given());
      await expect(refresh({ browser: { refreshRotation } })).resolves.toMatchObject({ refreshToken: 'second' });
    });

    it('asks never again where a second use would end the rest', async () => {
      endpoint.answers('closes', given());
      const refreshed = refresh({ browser: { refreshRotation: 'strict' } });
      await expect(refreshed).rejects.toMatchObject({ failure: 'unavailable', isSpent: true });
      expect(endpoint.posted).toHaveLength(1);
    });

    it('does not ask for ever', async () => {
      endpoint.answers('closes');
      await expect(refresh()).rejects.toMatchObject({ failure: 'unavailable', isSpent: true });
      expect(endpoint.posted).toHaveLength(2);
    });

    it('remembers that the first try may have used it, when the second surely has not', async () => {
      endpoint.answers('closes', refused(429, 'slow_down'));
      await expect(refresh()).rejects.toMatchObject({ failure: 'unavailable', reason: 'slow_down', isSpent: true });
    });
  });

  it('knows that nothing was sent, when nobody listens', async () => {
    const gone = await startTokenEndpoint();
    await gone.stop();
    await expect(refresh({ token: gone.url })).rejects.toMatchObject({ failure: 'unavailable', isSpent: false });
  });

  it('is no refusal, when no key set can tell', async () => {
    endpoint.answers(given());
    const keys = () => Promise.reject(new KeysUnavailableError('none_usable', 'main', 30));
    await expect(refresh({ keys })).rejects.toMatchObject({ failure: 'unavailable', isSpent: true });
  });

  it('tells nobody a token', async () => {
    endpoint.answers(refused(400, 'invalid_grant'));
    const error = await refresh().catch((thrown: Error) => thrown);
    expect(JSON.stringify(error, ['message', 'cause', 'stack', 'reason', 'description', 'issuer'])).not.toContain(
      'first',
    );
    expect(error).not.toHaveProperty('cause.response');
  });
});
