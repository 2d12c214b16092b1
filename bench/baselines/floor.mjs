// The least that can be called a session check: Node's own verification, one signed request over a connection that is kept, and
// no library at all. Nobody should run this: it knows one algorithm and one issuer, and retries nothing.
import { createPublicKey, verify } from 'node:crypto';
import { isActiveItem, unauthorized } from './decisions.mjs';
import { getItem } from './hand-signed-dynamodb.mjs';
import { fetchKeySet } from './key-set.mjs';

const { ISSUER, CLIENT_ID } = process.env;
const keys = new Map((await fetchKeySet()).map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));

export async function handler(event) {
  const claims = claimsOf(event.headers.authorization);
  const item = await getItem(claims.sub, claims.origin_jti);
  if (!isActiveItem(item)) return { isAuthorized: false };
  return { isAuthorized: true, context: { userId: claims.sub, scope: claims.scope } };
}

function claimsOf(authorization) {
  const [header, payload, signature, ...more] = authorization?.startsWith('Bearer ')
    ? authorization.slice(7).split('.')
    : [];
  if (signature === undefined || more.length > 0) throw unauthorized();
  const { alg, kid } = parse(header);
  const key = keys.get(kid);
  if (alg !== 'RS256' || key === undefined) throw unauthorized();
  const isSigned = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  if (!isSigned) throw unauthorized();
  const claims = parse(payload);
  const now = Date.now() / 1000;
  const isMeant = claims.iss === ISSUER && claims.client_id === CLIENT_ID && claims.token_use === 'access';
  if (!isMeant || !(claims.exp > now) || !(claims.iat <= now)) throw unauthorized();
  return claims;
}

function parse(segment) {
  return JSON.parse(Buffer.from(segment, 'base64url').toString());
}
