import { hash, timingSafeEqual } from 'node:crypto';

/** What the table holds of a secret in a cookie: SHA-256, base64url. The secret is random already, so one round will do. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Compares in constant time. */
export function isHashOf(secret: string, expected: string): boolean {
  const [one, two] = [Buffer.from(secretHash(secret)), Buffer.from(expected)];
  return one.length === two.length && timingSafeEqual(one, two);
}
