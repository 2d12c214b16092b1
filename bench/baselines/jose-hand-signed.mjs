// jose for the token, and the rest by hand.
import { importJWK, jwtVerify } from 'jose';
import { isActiveItem, unauthorized } from './decisions.mjs';
import { getItem } from './hand-signed-dynamodb.mjs';
import { fetchKeySet } from './key-set.mjs';

const { ISSUER: issuer, CLIENT_ID } = process.env;
const keys = new Map();
for (const jwk of await fetchKeySet()) keys.set(jwk.kid, await importJWK(jwk, 'RS256'));

export async function handler(event) {
  const claims = await claimsOf(event.headers.authorization);
  const item = await getItem(claims.sub, claims.origin_jti);
  if (!isActiveItem(item)) return { isAuthorized: false };
  return { isAuthorized: true, context: { userId: claims.sub, scope: claims.scope } };
}

async function claimsOf(authorization) {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  const keyOf = ({ kid }) => keys.get(kid) ?? Promise.reject(unauthorized());
  const { payload } = await jwtVerify(token, keyOf, { issuer, algorithms: ['RS256'] }).catch(() => {
    throw unauthorized();
  });
  if (payload.client_id !== CLIENT_ID || payload.token_use !== 'access') throw unauthorized();
  return payload;
}
