import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../synthesis/synthesize.ts';
import { cognitoIssuer } from './cognito-issuer.ts';
import { parseEnvironment } from './environment.ts';
import { localEnvironment } from './local.ts';
import { builtInIssuers, issuersOf, keycloakIssuers } from './local-issuers.ts';

const pool = cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_AbCdEfGhI', clientIds: ['web'] });

describe('the issuers of an environment', () => {
  it('are taken as they are', () => {
    expect(issuersOf({ name: 'prod', issuers: [pool] })).toEqual([pool]);
  });

  it.each(Object.values(ENVIRONMENTS))('are refused while they are the examples of $name', (environment) => {
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
