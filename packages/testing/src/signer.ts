import { constants, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

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

const rsa = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits });
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
const ed25519 = () => generateKeyPairSync('ed25519');

const MAKERS = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: ed25519,
  Ed25519: ed25519,
};

export type TestAlgorithm = keyof typeof MAKERS;

/** Makes a key pair. Nothing here uses the library under test. */
export function createTestSigner(alg: TestAlgorithm, kid: string, rsaBits?: number): TestSigner {
  const { publicKey, privateKey } = MAKERS[alg](rsaBits);
  return {
    alg,
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg },
    sign(claims, header = {}) {
      const signed = `${segment({ alg, kid, ...header })}.${segment(claims)}`;
      return `${signed}.${sign(digestOf(alg), Buffer.from(signed), signingKey(alg, privateKey)).toString('base64url')}`;
    },
  };
}

function digestOf(alg: TestAlgorithm): string | null {
  return alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
}

/** RFC 7518 §3.4 and §3.5: signatures of elliptic curves are two plain numbers, and the salt of RSA-PSS is as long as the hash. */
function signingKey(alg: TestAlgorithm, key: KeyObject) {
  const isPss = alg.startsWith('PS');
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return { key, dsaEncoding: 'ieee-p1363' as const, ...(isPss ? pss : {}) };
}

function segment(value: Json | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
