import { describe, expect, it } from '@jest/globals';
import { standardCredentials } from './credential-providers.ts';

const key = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('the standard credentials', () => {
  it.each([
    ['a key', key, { accessKeyId: 'key', secretAccessKey: 'secret' }],
    [
      'a key of a role, with an end',
      { ...key, AWS_SESSION_TOKEN: 'token', AWS_CREDENTIAL_EXPIRATION: '2030-01-01T00:00:00Z' },
      { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token', expiration: new Date('2030-01-01') },
    ],
  ])('are those of the environment, where it has %s', async (_, variables, credentials) => {
    expect(await standardCredentials('eu-central-1', () => variables)()).toEqual(credentials);
  });

  it('are read anew each time', async () => {
    const variables: Record<string, string> = { ...key };
    const resolve = standardCredentials('eu-central-1', () => variables);
    await resolve();
    variables.AWS_ACCESS_KEY_ID = 'another';
    expect(await resolve()).toMatchObject({ accessKeyId: 'another' });
  });
});
