import { expect, it } from '@jest/globals';
import { assumedRole } from './credentials.ts';

const whole = { AccessKeyId: 'key', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(0) };

it.each([
  ['any', undefined],
  ['a key', { ...whole, AccessKeyId: undefined }],
  ['a secret', { ...whole, SecretAccessKey: undefined }],
  ['a token', { ...whole, SessionToken: undefined }],
  ['an end', { ...whole, Expiration: undefined }],
])('takes no credentials of a role without %s', async (_, Credentials) => {
  const sts = { send: async () => ({ Credentials }) };
  await expect(assumedRole(sts as never, 'arn:aws:iam::000000000000:role/x')()).rejects.toThrow(
    'STS answered without credentials for arn:aws:iam::000000000000:role/x',
  );
});
