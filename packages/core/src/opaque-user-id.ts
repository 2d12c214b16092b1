import { createHash } from 'node:crypto';
import { toBase64url } from './base64url.ts';
import { type User, userKey } from './user.ts';

/** A name for the user that says nothing about them, for policies and logs: 128 bits of SHA-256, base64url. */
export function opaqueUserId(user: User): string {
  return toBase64url(createHash('sha256').update(userKey(user)).digest().subarray(0, 16));
}
