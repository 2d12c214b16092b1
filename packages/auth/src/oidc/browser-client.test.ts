import { describe, expect, it } from '@jest/globals';
import { parseIssuers } from '../issuer.ts';
import { browserClientsOf } from './browser-client.ts';

function clientOf(profile: string, fields: object = {}, issuer = 'https://idp.example') {
  const [client] = browserClientsOf(
    parseIssuers([
      {
        alias: 'main',
        issuer,
        jwksUri: 'https://idp.example/jwks',
        profile,
        algorithms: ['RS256'],
        clientIds: ['web'],
        audiences: ['api'],
        loginClaim: 'sid',
        browser: { clientId: 'web', frontends: [{ url: 'https://app.example' }], ...fields },
      },
    ]),
  );
  return client;
}

describe('the browser side of an issuer', () => {
  it.each<readonly [string, object]>([
    ['keycloak', { scope: 'openid', reauthentication: 'logout', logoutHint: 'refresh_token', refreshRotation: 'none' }],
    ['cognito', { scope: 'openid', reauthentication: 'logout', logoutHint: 'none', refreshRotation: 'none' }],
    [
      'okta',
      { scope: 'openid offline_access', reauthentication: 'logout', logoutHint: 'id_token', refreshRotation: 'grace' },
    ],
    [
      'entra',
      { scope: 'openid offline_access', reauthentication: 'prompt', logoutHint: 'none', refreshRotation: 'none' },
    ],
    [
      'rfc9068',
      { scope: 'openid offline_access', reauthentication: undefined, logoutHint: 'none', refreshRotation: 'grace' },
    ],
    [
      'plain',
      { scope: 'openid offline_access', reauthentication: undefined, logoutHint: 'none', refreshRotation: 'grace' },
    ],
  ])('has the defaults of %s', (profile, defaults) => {
    expect(clientOf(profile)).toMatchObject({
      ...{ ...defaults, fixedParameters: {}, clientAuth: { method: 'none' } },
      ...{ refreshIdleSeconds: undefined, recheckGraceSeconds: 3600 },
    });
  });

  it('has what is configured in place of a default', () => {
    const said = {
      ...{ scope: 'openid email', reauthentication: 'prompt', logoutHint: 'sid', fixedParameters: { a: 'b' } },
      ...{ refreshRotation: 'strict', refreshIdleSeconds: 900, recheckGraceSeconds: 0 },
    };
    expect(clientOf('keycloak', said)).toMatchObject(said);
  });

  it('knows Google, which wants no offline_access', () => {
    const google = clientOf('plain', { reauthentication: 'none' }, 'https://accounts.google.com');
    expect(google).toMatchObject({
      scope: 'openid',
      fixedParameters: { access_type: 'offline' },
      reauthentication: 'none',
      refreshRotation: 'none',
    });
  });

  it('knows the addresses of a Cognito domain, and its own kind of logout', () => {
    const pool = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example1';
    expect(clientOf('cognito', { domain: 'auth.example.com' }, pool)).toMatchObject({
      endpoints: {
        authorization: 'https://auth.example.com/oauth2/authorize',
        token: 'https://auth.example.com/oauth2/token',
        endSession: 'https://auth.example.com/logout',
        revocation: 'https://auth.example.com/oauth2/revoke',
      },
      returnParameters: ['logout_uri'],
    });
    expect(clientOf('cognito')).toMatchObject({ returnParameters: ['logout_uri', 'post_logout_redirect_uri'] });
    expect(clientOf('keycloak')).toMatchObject({ returnParameters: ['post_logout_redirect_uri'] });
  });

  it('proves itself by its secret in the header, where it has one', () => {
    expect(clientOf('keycloak', { clientSecretName: 's' })).toMatchObject({
      clientAuth: { method: 'client_secret_basic' },
    });
  });

  it('is none where nobody signs in with a browser', () => {
    expect(browserClientsOf([])).toEqual([]);
  });
});
