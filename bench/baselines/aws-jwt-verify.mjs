// AWS's own verifier, and the SDK's client of DynamoDB.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { JwtVerifier } from 'aws-jwt-verify';
import { isActiveItem, unauthorized } from './decisions.mjs';
import { fetchKeySet } from './key-set.mjs';

const { ISSUER: issuer, CLIENT_ID, JWKS_URI, SESSIONS_TABLE } = process.env;
const verifier = JwtVerifier.create({
  issuer,
  audience: null,
  jwksUri: JWKS_URI,
  customJwtCheck: ({ payload }) => {
    if (payload.client_id !== CLIENT_ID || payload.token_use !== 'access') throw unauthorized();
  },
});
// It fetches by https alone; what it fetched would stay as long as the process does.
verifier.cacheJwks({ keys: await fetchKeySet() });
const dynamodb = new DynamoDBClient({});

export async function handler(event) {
  const claims = await claimsOf(event.headers.authorization);
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: SESSIONS_TABLE,
      Key: { user_key: { S: `U#main#${claims.sub}` }, item: { S: `SESSION#${claims.origin_jti}` } },
      ConsistentRead: true,
    }),
  );
  if (!isActiveItem(Item)) return { isAuthorized: false };
  return { isAuthorized: true, context: { userId: claims.sub, scope: claims.scope } };
}

async function claimsOf(authorization) {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  return verifier.verify(token).catch(() => {
    throw unauthorized();
  });
}
