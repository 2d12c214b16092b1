import { describe, expect, it } from '@jest/globals';
import { parseIssuers } from './issuer.ts';

const issuer = {
  alias: 'main',
  issuer: 'https://idp.example',
  jwksUri: 'https://idp.example/jwks',
  profile: 'plain',
  algorithms: ['RS256'],
  clientIds: ['web'],
  audiences: ['https://api.example'],
  loginClaim: 'sid',
};

describe('parseIssuers', () => {
  it('reads what is configured', () => {
    expect(parseIssuers([issuer])).toEqual([issuer]);
  });

  it('takes http on this machine, for the local provider', () => {
    const local = { ...issuer, issuer: 'http://localhost:3002', jwksUri: 'http://127.0.0.1:3002/jwks' };
    expect(parseIssuers([local])).toEqual([local]);
  });

  it('lets Cognito go without audiences, whose access tokens have none', () => {
    expect(() => parseIssuers([{ ...issuer, profile: 'cognito', audiences: [] }])).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no list', issuer, 'value'],
    ['none', [], 'at least one'],
    ['an alias in capitals', [{ ...issuer, alias: 'Main' }], '0.alias'],
    ['http across the network', [{ ...issuer, jwksUri: 'http://idp.example/jwks' }], '0.jwksUri'],
    [
      'a host that only begins like this machine',
      [{ ...issuer, jwksUri: 'http://localhost.evil.example/' }],
      '0.jwksUri',
    ],
    ['a key set in a file', [{ ...issuer, jwksUri: 'file:///jwks' }], '0.jwksUri'],
    ['no URL', [{ ...issuer, issuer: 'idp.example' }], '0.issuer'],
    ['an algorithm with a shared secret', [{ ...issuer, algorithms: ['HS256'] }], '0.algorithms.0'],
    ['no algorithm', [{ ...issuer, algorithms: [] }], '0.algorithms'],
    ['no client', [{ ...issuer, clientIds: [] }], '0.clientIds'],
    ['an unknown profile', [{ ...issuer, profile: 'other' }], '0.profile'],
    ['an unknown login claim', [{ ...issuer, loginClaim: 'jti' }], '0.loginClaim'],
    [
      'a time of sign-in that moves',
      [{ ...issuer, claims: { authTime: 'iat' } }],
      '0.claims.authTime: must be a claim of',
    ],
    ['a session that each token has anew', [{ ...issuer, claims: { sid: 'jti' } }], '0.claims.sid: must be a claim of'],
    ['a misspelled field', [{ ...issuer, audience: 'x' }], '0.audience'],
    ['the same alias twice', [issuer, { ...issuer, issuer: 'https://b.example' }], 'alias twice'],
    ['the alias of a web app', [{ ...issuer, alias: 'app-shop' }], 'an alias that begins with app-'],
    ['the same issuer twice', [issuer, { ...issuer, alias: 'b' }], 'issuer twice'],
    ['no audience', [{ ...issuer, audiences: [] }], 'needs audiences'],
    ['an audience that is a client', [{ ...issuer, audiences: ['web'] }], 'client id'],
  ])('refuses %s and says where', (_, value, problem) => {
    expect(() => parseIssuers(value)).toThrow(problem);
  });

  describe('of a browser side', () => {
    const browser = { clientId: 'web', frontends: [{ url: 'https://app.example' }] };
    const withBrowser = (fields: object, more: object = {}) => [
      { ...issuer, ...more, browser: { ...browser, ...fields } },
    ];

    it('reads what is configured, and takes http on this machine', () => {
      const frontends = [{ name: 'app', url: 'http://localhost:5173' }];
      expect(parseIssuers(withBrowser({ frontends }))).toEqual(withBrowser({ frontends }));
    });

    it.each<[string, unknown, string]>([
      ['a client that is not accepted', withBrowser({ clientId: 'spa' }), 'clientId spa is none of clientIds web'],
      ['a client that is a service', withBrowser({}, { services: ['web'] }), 'clientId web is one of services web'],
      ['no frontend', withBrowser({ frontends: [] }), '0.browser.frontends'],
      ['a frontend with a path', withBrowser({ frontends: [{ url: 'https://app.example/x' }] }), 'must be an origin'],
      ['a frontend with a slash', withBrowser({ frontends: [{ url: 'https://app.example/' }] }), 'must be an origin'],
      ['any frontend', withBrowser({ frontends: [{ url: '*' }] }), 'must be an origin'],
      ['http across the network', withBrowser({ frontends: [{ url: 'http://app.example' }] }), 'must be an origin'],
      ['a frontend twice', withBrowser({ frontends: [...browser.frontends, ...browser.frontends] }), 'address twice'],
      ['a scope without openid', withBrowser({ scope: 'profile' }), 'must have openid in it'],
      ['a scope with a line break', withBrowser({ scope: 'openid\nprofile' }), 'between single spaces'],
      [
        'a domain elsewhere than at Cognito',
        withBrowser({ domain: 'a.example' }),
        'domain a.example is for profile cognito, not plain',
      ],
      [
        'a secret without a use',
        withBrowser({ clientAuth: { method: 'none' }, clientSecretName: 's' }),
        'clientAuth none has no use for clientSecretName s',
      ],
      [
        'a method without a secret',
        withBrowser({ clientAuth: { method: 'client_secret_basic' } }),
        'clientAuth client_secret_basic needs clientSecretName',
      ],
      ['a parameter of ours', withBrowser({ parameters: { redirect_uri: 'any' } }), 'never passed on'],
      ['a fixed parameter of ours', withBrowser({ fixedParameters: { state: 'x' } }), 'never passed on'],
      ['a parameter of the route', withBrowser({ parameters: { returnTo: 'any' } }), 'of /auth/login itself'],
      [
        'a logout without an address',
        withBrowser({
          reauthentication: 'logout',
          endpoints: { authorization: 'https://a.example', token: 'https://a.example' },
        }),
        'needs endpoints.endSession',
      ],
      ['a hint for Keycloak alone', withBrowser({ logoutHint: 'refresh_token' }), 'is for profile keycloak, not plain'],
      ['a refresh token that lives no minute', withBrowser({ refreshIdleSeconds: 59 }), '0.browser.refreshIdleSeconds'],
      ['half a second', withBrowser({ refreshIdleSeconds: 90.5 }), '0.browser.refreshIdleSeconds'],
      ['a grace of days', withBrowser({ recheckGraceSeconds: 86_401 }), '0.browser.recheckGraceSeconds'],
      ['a grace below none', withBrowser({ recheckGraceSeconds: -1 }), '0.browser.recheckGraceSeconds'],
      ['another rotation', withBrowser({ refreshRotation: 'always' }), '0.browser.refreshRotation'],
      [
        'rotation where no refresh token comes',
        withBrowser({ refreshRotation: 'strict', scope: 'openid email' }, { profile: 'okta' }),
        'refreshRotation needs offline_access in scope, and scope is openid email',
      ],
      [
        'Google without saying so',
        withBrowser({}, { issuer: 'https://accounts.google.com' }),
        'reauthentication must be none, not left out',
      ],
    ])('refuses %s and names both values', (_, value, problem) => {
      expect(() => parseIssuers(value)).toThrow(problem);
    });
  });
});
