import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import type { SigningKey } from './provider-keys.ts';

/** The claims of a token, unverified: it was made here. */
export type Claims = Readonly<Record<string, unknown>>;

/** The same token with other claims, under the same key. */
export async function signAgain(token: string, key: SigningKey, change: (claims: Claims) => Claims): Promise<string> {
  const { alg = 'RS256', ...header } = decodeProtectedHeader(token);
  return new SignJWT(change(decodeJwt(token))).setProtectedHeader({ ...header, alg }).sign(await importJWK(key, alg));
}

const TIMES = ['iat', 'exp', 'nbf', 'auth_time'];

/** Claims as of a clock that is so much ahead. */
export function shifted<T extends Claims>(claims: T, offsetSeconds: number): T {
  const entries = Object.entries(claims).map(([name, value]) => [
    name,
    TIMES.includes(name) && typeof value === 'number' ? value + offsetSeconds : value,
  ]);
  return Object.fromEntries(entries);
}
