import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';

export type Algorithm = Issuer['algorithms'][number];

/** The largest key set that is read, in bytes. */
export const MAX_KEY_SET_BYTES = 64 * 1024;
const MAX_KEYS = 100;
const MIN_RSA_BITS = 2048;
const RSA_EXPONENT = 65537n;

/** The usable keys of an issuer, as of one fetch. */
export interface KeySet {
  /** The key of that id made for that algorithm. */
  get(alg: Algorithm, kid: string): KeyObject | undefined;
  /** The same keys as a JSON Web Key Set (RFC 7517 §5), reduced to their public members. */
  readonly jwks: string;
  /** Epoch seconds of the fetch from the provider. */
  readonly fetchedAt: number;
}

const member = v.string();
const common = {
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  use: v.exactOptional(v.literal('sig')),
  key_ops: v.exactOptional(v.pipe(v.array(v.string()), v.includes('verify'))),
  /** A private key that was published proves nothing any more. */
  d: v.exactOptional(v.never()),
};
const jwkSchema = v.variant('kty', [
  v.object({ ...common, kty: v.literal('RSA'), alg: v.exactOptional(v.literal('RS256')), n: member, e: member }),
  v.object({
    ...common,
    kty: v.literal('EC'),
    alg: v.exactOptional(v.literal('ES256')),
    crv: v.literal('P-256'),
    x: member,
    y: member,
  }),
  v.object({
    ...common,
    kty: v.literal('OKP'),
    // RFC 9864 renames EdDSA to Ed25519 for this curve; providers publish either.
    alg: v.exactOptional(v.picklist(['EdDSA', 'Ed25519'])),
    crv: v.literal('Ed25519'),
    x: member,
  }),
]);
type PublicJwk = v.InferOutput<typeof jwkSchema>;

const ALGORITHM_OF: Readonly<Record<PublicJwk['kty'], Algorithm>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };

export function isAlgorithm(alg: string): alg is Algorithm {
  return Object.values<string>(ALGORITHM_OF).includes(alg);
}

/**
 * Reads a JSON Web Key Set and keeps what may verify a signature: RSA of at least 2048 bits with e = 65537, P-256, Ed25519;
 * `use` "sig" or absent, with a `kid`. Other keys are ignored, as are those past the first 100.
 * A set without a key for one of the issuer's algorithms is not usable, and must not take the place of one that is.
 *
 * @throws KeySetUnreadableError `malformed`, or `no_usable_key` when nothing is left
 */
export function parseKeySet(text: string, algorithms: readonly Algorithm[], fetchedAt: number): KeySet {
  const keys = new Map<string, KeyObject>();
  const kept: PublicJwk[] = [];
  for (const candidate of parseCandidates(text).slice(0, MAX_KEYS)) {
    const jwk = parseJwk(candidate);
    const key = jwk && importKey(jwk);
    if (!key || !algorithms.includes(ALGORITHM_OF[jwk.kty])) continue;
    keys.set(keyName(ALGORITHM_OF[jwk.kty], jwk.kid), key);
    kept.push(jwk);
  }
  if (kept.length === 0) throw new KeySetUnreadableError('no_usable_key', 'no usable key in it');
  return { get: (alg, kid) => keys.get(keyName(alg, kid)), jwks: JSON.stringify({ keys: kept }), fetchedAt };
}

function keyName(alg: Algorithm, kid: string): string {
  return `${alg} ${kid}`;
}

const keySetSchema = v.pipe(v.string(), v.parseJson(), v.object({ keys: v.array(v.unknown()) }));

function parseCandidates(text: string): readonly unknown[] {
  const result = v.safeParse(keySetSchema, text);
  if (!result.success) throw new KeySetUnreadableError('malformed', 'not a JSON Web Key Set');
  return result.output.keys;
}

function parseJwk(candidate: unknown): PublicJwk | undefined {
  const result = v.safeParse(jwkSchema, candidate);
  return result.success ? result.output : undefined;
}

function importKey(jwk: PublicJwk): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    return isStrong(key) ? key : undefined;
  } catch {
    return undefined; // a point that is not on the curve, a modulus that is no number: not a key
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType !== 'rsa') return true; // the curves were chosen by the schema
  return (
    (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS && asymmetricKeyDetails?.publicExponent === RSA_EXPONENT
  );
}
