import { createPublicKey, type KeyObject } from 'node:crypto';
import { isObject } from '@cloakroom/core';
import * as v from 'valibot';
import { type Algorithm, fits } from './algorithms.ts';
import { KeySetUnreadableError } from './errors.ts';
import { withoutNulls } from './nulls.ts';
import { isRocaWeak } from './roca.ts';

/** The largest key set that is read, in bytes. */
export const MAX_KEY_SET_BYTES = 64 * 1024;
const MAX_KEYS = 100;
/** Of keys that share an id: each costs the verification of a signature. */
const MAX_KEYS_OF_ONE_ID = 4;
const MIN_RSA_BITS = 2048;
const RSA_EXPONENT = 65537n;

/** The usable keys of an issuer, as of one fetch. */
export interface KeySet {
  /**
   * The keys of that id made for that algorithm, at most 4; where the token or the key has no `kid`, the one key that is made for it,
   * if there is exactly one. Empty when there is none.
   */
  find(alg: Algorithm, kid: string | undefined): readonly KeyObject[];
  /** All of them. */
  readonly keys: readonly UsableKey[];
  /** The same keys as a JSON Web Key Set (RFC 7517 §5), reduced to their public members. */
  readonly jwks: string;
  /** Epoch seconds of the fetch from the provider. */
  readonly fetchedAt: number;
}

const member = v.string();
const common = {
  kid: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  use: v.exactOptional(v.literal('sig')),
  key_ops: v.exactOptional(v.pipe(v.array(v.string()), v.includes('verify'))),
  alg: v.exactOptional(v.string()),
  /** A private key that was published proves nothing any more. */
  d: v.exactOptional(v.never()),
};
const jwkSchema = v.variant('kty', [
  v.object({ ...common, kty: v.literal('RSA'), n: member, e: member }),
  v.object({ ...common, kty: v.literal('EC'), crv: v.picklist(['P-256', 'P-384', 'P-521']), x: member, y: member }),
  v.object({ ...common, kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: member }),
]);
type PublicJwk = v.InferOutput<typeof jwkSchema>;

interface UsableKey {
  readonly jwk: PublicJwk;
  readonly key: KeyObject;
  /** The first algorithm of the issuer that it is made for. */
  readonly alg: Algorithm;
}

/**
 * Reads a JSON Web Key Set and keeps what may verify a signature of the issuer: RSA of at least 2048 bits with e = 65537 and a
 * modulus of no broken generator, P-256, P-384, P-521, Ed25519; `use` "sig" or absent. Other keys are ignored, as are those past the
 * first 100.
 * A set without a key for one of the issuer's algorithms is not usable, and must not take the place of one that is.
 *
 * @throws KeySetUnreadableError `malformed`, or `no_usable_key` when nothing is left
 */
export function parseKeySet(text: string, algorithms: readonly Algorithm[], fetchedAt: number): KeySet {
  const keys = parseCandidates(text)
    .slice(0, MAX_KEYS)
    .map(parseJwk)
    .map((jwk) => jwk && toUsableKey(jwk, algorithms))
    .filter((key) => key !== undefined);
  if (keys.length === 0) throw new KeySetUnreadableError('no_usable_key', 'no usable key in it');
  const jwks = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
  return { find: (alg, kid) => select(keys, alg, kid), keys, jwks, fetchedAt };
}

function select(keys: readonly UsableKey[], alg: Algorithm, kid: string | undefined): readonly KeyObject[] {
  const fitting = keys.filter(({ jwk }) => fits(alg, jwk));
  const named = fitting.filter(({ jwk }) => kid !== undefined && jwk.kid === kid);
  if (named.length > 0) return named.slice(0, MAX_KEYS_OF_ONE_ID).map(({ key }) => key);
  const isOnly = fitting.length === 1 && fitting.every(({ jwk }) => kid === undefined || jwk.kid === undefined);
  return isOnly ? fitting.map(({ key }) => key) : [];
}

const keySetSchema = v.pipe(v.string(), v.parseJson(), v.object({ keys: v.array(v.unknown()) }));

function parseCandidates(text: string): readonly unknown[] {
  const result = v.safeParse(keySetSchema, text);
  if (!result.success) throw new KeySetUnreadableError('malformed', 'not a JSON Web Key Set');
  return result.output.keys;
}

function parseJwk(candidate: unknown): PublicJwk | undefined {
  if (!isObject(candidate)) return undefined;
  const result = v.safeParse(jwkSchema, withoutNulls(candidate));
  return result.success ? result.output : undefined;
}

function toUsableKey(jwk: PublicJwk, algorithms: readonly Algorithm[]): UsableKey | undefined {
  const alg = algorithms.find((one) => fits(one, jwk));
  const key = alg && importKey(jwk);
  return alg && key && { jwk, key, alg };
}

function importKey(jwk: PublicJwk): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    return isStrong(key, jwk) ? key : undefined;
  } catch {
    return undefined; // a point that is not on the curve, a modulus that is no number: not a key
  }
}

function isStrong({ asymmetricKeyDetails }: KeyObject, jwk: PublicJwk): boolean {
  if (jwk.kty !== 'RSA') return true; // the curves were chosen by the schema
  const { modulusLength = 0, publicExponent } = asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS || publicExponent !== RSA_EXPONENT) return false;
  return !isRocaWeak(Buffer.from(jwk.n, 'base64url'));
}
