import { describe, expect, it } from '@jest/globals';
import { cognitoIssuer } from './cognito-issuer.ts';
import { findPlaceholders } from './find-placeholders.ts';
import { ENVIRONMENTS } from './index.ts';

describe('findPlaceholders', () => {
  it('names what a user has to edit', () => {
    expect(findPlaceholders(ENVIRONMENTS.prod)).toEqual([
      'accountId',
      'state.bucket',
      'issuers.0.issuer',
      'issuers.0.jwksUri',
      'issuers.0.clientIds.0',
      'allowedOrigins.0',
      'alarms.notify.0',
    ]);
  });

  it('is content with an environment that was edited', () => {
    const issuers = [cognitoIssuer({ alias: 'pool', userPoolId: 'eu-west-1_aB3dE5gH9', clientIds: ['4f2k'] })];
    const edited = { ...ENVIRONMENTS.dev, issuers, allowedOrigins: ['https://app.cloakroom.dev'] };
    expect(findPlaceholders(edited)).toEqual([]);
  });
});

it('finds the issuer of a Cognito pool in the region of its id', () => {
  expect(cognitoIssuer({ alias: 'pool', userPoolId: 'eu-west-1_aB3dE5gH9', clientIds: ['4f2k'] })).toMatchObject({
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH9',
    jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH9/.well-known/jwks.json',
    profile: 'cognito',
    clientIds: ['4f2k'],
  });
});
