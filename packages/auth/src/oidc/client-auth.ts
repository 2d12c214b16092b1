import { createPrivateKey } from 'node:crypto';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi';
import type { BrowserClient, ProviderEndpoints } from './browser-client.ts';

/** What WebCrypto calls the algorithms of assertions. */
const KEY_ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

/** How the client shows who it is, with its client secret or its private key (PKCS#8 PEM). */
export function clientAuthOf(
  { clientAuth }: Pick<BrowserClient, 'clientAuth'>,
  { token }: Pick<ProviderEndpoints, 'token'>,
  secret: string,
): ClientAuth {
  if (clientAuth.method === 'private_key_jwt') return assertionOf(clientAuth, token, secret);
  if (clientAuth.method === 'none') return None();
  const prove = clientAuth.method === 'client_secret_basic' ? ClientSecretBasic : ClientSecretPost;
  return prove(secret);
}

type KeyAuth = Extract<BrowserClient['clientAuth'], { method: 'private_key_jwt' }>;

function assertionOf(
  { algorithm = 'RS256', audience = 'issuer', keyId, x5t }: KeyAuth,
  tokenEndpoint: string,
  pem: string,
): ClientAuth {
  const key = createPrivateKey(pem).toCryptoKey(KEY_ALGORITHMS[algorithm], false, ['sign']);
  return PrivateKeyJwt(keyId === undefined ? { key } : { key, kid: keyId }, {
    [modifyAssertion](header, payload) {
      if (x5t !== undefined) header.x5t = x5t;
      if (audience === 'token_endpoint') payload.aud = tokenEndpoint;
    },
  });
}
