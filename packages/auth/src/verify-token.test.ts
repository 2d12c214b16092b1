import { createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import type { Issuer } from './issuers.ts';
import { parseKeySet } from './key-set.ts';
import { loginId } from './login-id.ts';
import { createTokenVerifier } from './verify-token.ts';

const NOW = 1_800_000_000;
const signers = {
  RS256: createTestSigner('RS256', 'rsa'),
  ES256: createTestSigner('ES256', 'ec'),
  EdDSA: createTestSigner('EdDSA', 'ed'),
};
const rsa = signers.RS256;
const keySet = parseKeySet(JSON.stringify({ keys: Object.values(signers).map(({ jwk }) => jwk) }), NOW);

const cognito: Issuer = {
  alias: 'main',
  issuer: 'https://idp.example/pool',
  jwksUri: 'https://idp.example/pool/jwks',
  profile: 'cognito',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  clientIds: ['web', 'app'],
  audiences: [],
  loginClaim: 'origin_jti',
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

function verifierOf(...issuers: Issuer[]) {
  const keys = {
    find: async (_: Issuer, { alg, kid }: { alg: 'RS256' | 'ES256' | 'EdDSA'; kid: string }) => keySet.get(alg, kid),
  };
  return createTokenVerifier({ issuers, keys, nowMs: () => NOW * 1000 + 999 });
}
const verify = (token: string, issuer = cognito) => verifierOf(issuer).verify(token);

/** What the verifier says about a token with these changes; a claim set to undefined is left out. */
const refusalOf = (token: string, issuer = cognito): Promise<string> =>
  verify(token, issuer).then(
    () => 'accepted',
    (error: { reason?: string }) => error.reason ?? String(error),
  );
const cognitoWith = (changes: object, header: object = {}) => rsa.sign({ ...cognitoClaims, ...changes }, { ...header });

describe('a valid access token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('is accepted when signed with %s', async (alg) => {
    await expect(verify(signers[alg].sign(cognitoClaims))).resolves.toMatchObject({ clientId: 'web' });
  });

  it('tells the login', async () => {
    const claims = { ...cognitoClaims, scope: 'a b', 'cognito:groups': ['staff'], acr: '2', amr: ['pwd'] };
    await expect(verify(rsa.sign(claims))).resolves.toEqual({
      user: { issuer: 'main', sub: 'ada' },
      loginId: loginId({ issuer: cognito.issuer, clientId: 'web', sub: 'ada', claim: 'origin_jti', value: 'o-1' }),
      clientId: 'web',
      authTime: NOW - 60,
      scope: 'a b',
      groups: ['staff'],
      acr: '2',
      amr: ['pwd'],
      expiresAt: NOW + 300,
    });
  });

  it('without scope, groups, acr and amr tells a login without rights', async () => {
    const { scope, groups, ...rest } = await verify(rsa.sign(cognitoClaims));
    expect({ scope, groups }).toEqual({ scope: '', groups: [] });
    expect(rest).not.toHaveProperty('acr');
    expect(rest).not.toHaveProperty('amr');
  });
});
