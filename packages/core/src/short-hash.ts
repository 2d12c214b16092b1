import { hash } from 'node:crypto';

const HASH_BYTES = 16;

/** 128 bits of SHA-256 over the parts, as 22 characters of base64url. */
export function shortHash(parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'buffer').toString('base64url', 0, HASH_BYTES);
}
