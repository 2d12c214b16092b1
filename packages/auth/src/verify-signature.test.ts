import { createTestSigner } from '@cloakroom/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { rehearseSignature, verifySignature } from './verify-signature.ts';

const [one, two, stranger] = [
  createTestSigner('EdDSA', 'k'),
  createTestSigner('EdDSA', 'k'),
  createTestSigner('EdDSA', 'k'),
];
const keys = [one.publicKey, two.publicKey];

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a signature', () => {
  it('is told by the key that made it', async () => {
    for (const { sign, publicKey } of [one, two]) {
      await expect(verifySignature(sign({}), keys, ['EdDSA'])).resolves.toBe(publicKey);
    }
  });

  it('of another key is refused', async () => {
    await expect(verifySignature(stranger.sign({}), keys, ['EdDSA'])).rejects.toMatchObject({
      reason: 'signature_wrong',
    });
    await expect(verifySignature(one.sign({}), [], ['EdDSA'])).rejects.toMatchObject({ reason: 'signature_wrong' });
  });

  it('that could not be looked at is a fault of ours, not of the token', async () => {
    const [{ publicKey }, token] = [createTestSigner('ES256', 'k'), one.sign({})];
    await expect(verifySignature(token, [publicKey], ['EdDSA'])).rejects.not.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('a rehearsal', () => {
  it.each(['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const)(
    'computes one signature by %s, which is none',
    async (alg) => {
      const verify = jest.spyOn(crypto.subtle, 'verify');
      await rehearseSignature(alg, createTestSigner(alg, 'k').publicKey);
      expect(verify).toHaveBeenCalledTimes(1);
      await expect(verify.mock.results[0]?.value).resolves.toBe(false);
    },
  );

  it('never fails', async () => {
    await expect(rehearseSignature('ES256', createTestSigner('RS256', 'k').publicKey)).resolves.toBeUndefined();
  });
});
