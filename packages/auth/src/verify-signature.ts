import type { KeyObject } from 'node:crypto';
import { toBase64url } from '@cloakroom/core';
import { compactVerify, errors } from 'jose';
import type { Algorithm } from './algorithms.ts';
import { TokenInvalidError } from './errors.ts';

/**
 * Which of the keys has signed a compact JWS.
 *
 * @throws TokenInvalidError `signature_wrong`, when none has
 */
export async function verifySignature(
  token: string,
  keys: readonly KeyObject[],
  algorithms: Algorithm[],
): Promise<KeyObject> {
  for (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms });
      return key;
    } catch (error) {
      // Anything else is a fault of ours.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new TokenInvalidError('signature_wrong');
}

/**
 * Looks at a signature that is none, so that the first real one is not the first: that one takes ten times the CPU of those after
 * it, since Node loads its Web Cryptography and starts a thread for it, and the key is given the form that it wants. Never rejects.
 */
export async function rehearseSignature(alg: Algorithm, key: KeyObject): Promise<void> {
  const token = `${toBase64url(JSON.stringify({ alg }))}.${toBase64url('{}')}.${toBase64url('none')}`;
  await verifySignature(token, [key], [alg]).catch(() => undefined);
}
