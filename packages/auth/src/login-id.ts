import { createHash } from 'node:crypto';
import { toBase64url } from '@cloakroom/core';

/** What makes two tokens belong to one sign-in. */
export interface LoginIdentity {
  /** The token's `iss`, not our alias for it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly sub: string;
  /** Name and value of the issuer's one login claim. */
  readonly claim: string;
  readonly value: string | number;
}

const LOGIN_ID_BYTES = 16;

/** The id of a sign-in: 128 bits of SHA-256 over its identity, as 22 characters of base64url. */
export function loginId({ issuer, clientId, sub, claim, value }: LoginIdentity): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, clientId, sub, claim, value]))
    .digest();
  return toBase64url(digest.subarray(0, LOGIN_ID_BYTES));
}
