import { TokenInvalidError } from './errors.ts';

/** RFC 6750 §2.1, with the token's alphabet narrowed to that of a compact JWS: so no comma can join a second credential. */
const BEARER = /^Bearer ([A-Za-z0-9._-]+)$/i;

/**
 * The token in an `Authorization` header: exactly one `Bearer <token>`, the scheme in any case (RFC 9110 §11.1), one space.
 *
 * @throws TokenInvalidError `credential_missing` or `credential_malformed`
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw new TokenInvalidError('credential_missing');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new TokenInvalidError('credential_malformed');
  return token;
}
