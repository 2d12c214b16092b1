/** A key as far as it says for which signatures it is: its type, and its curve where it has one (RFC 7518 §6, RFC 8037 §2). */
export interface KeyKind {
  readonly kty: string;
  readonly crv?: string | undefined;
}

const RSA: KeyKind = { kty: 'RSA' };
const ED25519: KeyKind = { kty: 'OKP', crv: 'Ed25519' };
const ec = (crv: string): KeyKind => ({ kty: 'EC', crv });

/** Every signature that an issuer may be configured with (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), and the keys that make it. */
const KEYS_OF = {
  RS256: RSA,
  RS384: RSA,
  RS512: RSA,
  PS256: RSA,
  PS384: RSA,
  PS512: RSA,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: ED25519,
  Ed25519: ED25519,
} as const satisfies Readonly<Record<string, KeyKind>>;

export type Algorithm = keyof typeof KEYS_OF;

export const ALGORITHMS = Object.keys(KEYS_OF) as Algorithm[];

export function isAlgorithm(alg: string): alg is Algorithm {
  return Object.hasOwn(KEYS_OF, alg);
}

/** Two names of one algorithm: RFC 9864 renames EdDSA for this curve, and a provider may write one in its keys and the other in its tokens. */
const SYNONYMS: Readonly<Partial<Record<string, Algorithm>>> = { EdDSA: 'Ed25519', Ed25519: 'EdDSA' };

/** Whether a key makes signatures of the algorithm: one that names its own makes no others. */
export function fits(alg: Algorithm, key: KeyKind & { readonly alg?: string | undefined }): boolean {
  const { kty, crv }: KeyKind = KEYS_OF[alg];
  const isOfKind = key.kty === kty && key.crv === crv;
  return isOfKind && (key.alg === undefined || key.alg === alg || key.alg === SYNONYMS[alg]);
}
