import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

/** A key pair that signs whatever a test asks for, valid or not. */
export interface TestSigner {
  readonly alg: string;
  readonly kid: string;
  readonly publicKey: KeyObject;
  /** The public key, as an entry of a key set. */
  readonly jwk: JsonWebKey & { readonly kid: string };
  /** A compact JWS over exactly these claims, or this text; `header` is added to `alg` and `kid` and wins over them. */
  sign(claims: Json | string, header?: Json): string;
}

const MAKERS = {
  RS256: (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

/** Makes a key pair. Nothing here uses the library under test. */
export function createTestSigner(alg: keyof typeof MAKERS, kid: string, rsaBits?: number): TestSigner {
  const { publicKey, privateKey } = MAKERS[alg](rsaBits);
  const digest = alg === 'EdDSA' ? null : 'sha256';
  return {
    alg,
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg },
    sign(claims, header = {}) {
      const signed = `${segment({ alg, kid, ...header })}.${segment(claims)}`;
      const signature = sign(digest, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
}

function segment(value: Json | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
