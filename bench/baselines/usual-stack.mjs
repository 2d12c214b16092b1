// What most teams write: Middy around jose with a remote key set, and the SDK's document client.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER: issuer, CLIENT_ID, JWKS_URI, SESSIONS_TABLE } = process.env;
const keys = createRemoteJWKSet(new URL(JWKS_URI));
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = middy().handler(async (event) => {
  const claims = await claimsOf(event.headers.authorization);
  const { Item } = await documents.send(
    new GetCommand({
      TableName: SESSIONS_TABLE,
      Key: { user_key: `U#main#${claims.sub}`, item: `SESSION#${claims.origin_jti}` },
      ConsistentRead: true,
    }),
  );
  const now = Date.now() / 1000;
  const isActive = Item?.status === 'active' && Item.idle_expires_at > now && Item.absolute_expires_at > now;
  if (!isActive) return { isAuthorized: false };
  return { isAuthorized: true, context: { userId: claims.sub, scope: claims.scope } };
});

async function claimsOf(authorization) {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] }).catch(() => {
    throw new Error('Unauthorized');
  });
  if (payload.client_id !== CLIENT_ID || payload.token_use !== 'access') throw new Error('Unauthorized');
  return payload;
}
