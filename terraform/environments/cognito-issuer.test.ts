import { parseIssuers } from '@cloakroom/auth';
import { expect, it } from '@jest/globals';
import { cognitoIssuer } from './cognito-issuer.ts';

const pool = { alias: 'cognito', userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['web', 'nightly'] };

it('knows where the user pool is by its id', () => {
  const [issuer] = parseIssuers([cognitoIssuer(pool)]);
  expect(issuer).toMatchObject({
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
    jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json',
  });
  expect(issuer).not.toHaveProperty('roles');
});

it('takes over who administers, and which clients are services', () => {
  const rights = {
    roles: [{ claim: 'groups', value: 'support', administers: ['cognito'] }],
    services: ['nightly'],
  } as const;
  const parsed = parseIssuers([cognitoIssuer({ ...pool, roles: [...rights.roles], services: [...rights.services] })]);
  expect(parsed).toMatchObject([rights]);
});

it('takes over how people sign in with a browser', () => {
  const domain = 'example.auth.eu-west-1.amazoncognito.com';
  const browser = { clientId: 'web', domain, frontends: [{ url: 'https://app.example.com' }] };
  expect(parseIssuers([cognitoIssuer({ ...pool, browser })])).toMatchObject([{ browser }]);
});
