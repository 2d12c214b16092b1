import { parseIssuers } from '@cloakroom/auth';
import { describe, expect, it } from '@jest/globals';
import { EXAMPLES } from '../testing/examples.ts';
import { cognitoIssuer } from './cognito-issuer.ts';
import { parseEnvironment } from './environment.ts';
import { localEnvironment } from './local.ts';
import { builtInIssuers, issuersOf, keycloakIssuers } from './local-issuers.ts';

const pool = cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_AbCdEfGhI', clientIds: ['web'] });

describe('the issuers of an environment', () => {
  it('are taken as they are', () => {
    expect(issuersOf({ name: 'prod', issuers: [pool] })).toEqual([pool]);
  });

  it.each(Object.values(EXAMPLES))('are refused while they are the examples of $name', (environment) => {
    expect(() => issuersOf(environment)).toThrow(
      `issuers.0.clientIds.0 is still an example: put your own issuer into terraform/environments/${environment.name}/environment.ts`,
    );
  });
});

describe.each([
  ['the built-in provider', builtInIssuers('http://localhost:3002')],
  ['a Keycloak', keycloakIssuers('http://localhost:3002')],
  ['an environment', issuersOf({ name: 'prod', issuers: [pool] })],
])('the local stack with the issuers of %s', (_, issuers) => {
  it('is valid, and trusts these alone', () => {
    const api = 'http://127.0.0.1:3000';
    expect(parseEnvironment(localEnvironment({ issuers, api, allowedOrigins: [api] })).issuers).toEqual(issuers);
  });
});

it('no administrator of one realm administers the other', () => {
  for (const { alias, roles } of keycloakIssuers('http://localhost:3002')) {
    expect(roles?.flatMap(({ administers }) => administers)).toEqual([alias]);
  }
});

it.each([builtInIssuers, keycloakIssuers])(
  'people sign in by browser, from the pages that are listed (%p)',
  (issuersAt) => {
    const frontends = ['http://127.0.0.1:5173', 'http://127.0.0.1:3000'];
    for (const { browser } of issuersAt('http://localhost:3002', frontends)) {
      expect(browser?.frontends).toEqual(frontends.map((url) => ({ url })));
    }
    expect.hasAssertions();
  },
);

it('the built-in provider has tokens like those of Cognito, whose administrators are its group admins', () => {
  expect(builtInIssuers('http://localhost:4002')).toEqual([
    {
      alias: 'local',
      issuer: 'http://localhost:4002',
      jwksUri: 'http://localhost:4002/jwks',
      profile: 'cognito',
      algorithms: ['RS256'],
      clientIds: ['cloakroom-local', 'cloakroom-service', 'cloakroom-browser'],
      audiences: [],
      loginClaim: 'origin_jti',
      roles: [{ claim: 'groups', value: 'admins', administers: ['local'] }],
      services: ['cloakroom-service'],
      browser: expect.objectContaining({ clientId: 'cloakroom-browser', reauthentication: 'logout' }),
    },
  ]);
});

it.each(['local', 'cognito', 'keycloak'])('the built-in provider in the shape of %s is a valid issuer', (shape) => {
  const [issuer] = parseIssuers(builtInIssuers('http://localhost:4002', undefined, { shape }));
  expect(issuer?.loginClaim).toBe(shape === 'keycloak' ? 'sid' : 'origin_jti');
});

it.each([builtInIssuers, keycloakIssuers])('nobody signs in by browser where there is no page (%p)', (issuersAt) => {
  for (const issuer of issuersAt('http://localhost:3002', [])) expect(issuer).not.toHaveProperty('browser');
  expect.hasAssertions();
});
