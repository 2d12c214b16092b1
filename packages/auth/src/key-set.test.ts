import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALGORITHMS } from './algorithms.ts';
import { KeySetUnreadableError } from './errors.ts';
import { parseKeySet } from './key-set.ts';

const rsa = createTestSigner('RS256', 'rsa').jwk;
const ec = createTestSigner('ES256', 'ec').jwk;
const ed = createTestSigner('EdDSA', 'ed').jwk;
const ALL = ['RS256', 'ES256', 'EdDSA'] as const;
const parse = (...keys: unknown[]) => parseKeySet(JSON.stringify({ keys }), ALL, 1000);
const without = (jwk: object, name: string) => ({ ...jwk, [name]: undefined });

/** Whether the key is taken, when a good one beside it keeps the set usable. */
const isTaken = (jwk: object) => {
  const beside = createTestSigner('EdDSA', 'beside').jwk;
  return JSON.parse(parse(jwk, beside).jwks).keys.length === 2;
};
const jwkOf = ({ publicKey }: { publicKey: KeyObject }) => ({ ...publicKey.export({ format: 'jwk' }), kid: 'k' });

/** A number of 2048 bits in the form that the broken generator gives its moduli: a power of 65537 modulo the product of small primes. */
function rocaModulus(): string {
  const primes = [
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    23n,
    29n,
    31n,
    37n,
    41n,
    43n,
    47n,
    53n,
    59n,
    61n,
    67n,
    71n,
    73n,
    79n,
    83n,
    89n,
    97n,
    101n,
    103n,
    107n,
    109n,
    113n,
    127n,
    131n,
    137n,
    139n,
    149n,
    151n,
    157n,
    163n,
    167n,
  ];
  const product = primes.reduce((all, prime) => all * prime, 2n);
  const power = Array.from({ length: 12_345 }).reduce<bigint>((value) => (value * 65537n) % product, 1n);
  const modulus = ((2n ** 2047n + 12_345n) / product + 1n) * product + power;
  return Buffer.from(modulus.toString(16), 'hex').toString('base64url');
}

describe('parseKeySet', () => {
  it('finds a key by its algorithm and id', () => {
    const set = parse(rsa, ec, ed);
    expect(set.find('RS256', 'rsa')[0]?.asymmetricKeyType).toBe('rsa');
    expect(set.find('ES256', 'ec')[0]?.asymmetricKeyType).toBe('ec');
    expect(set.find('EdDSA', 'ed')[0]?.asymmetricKeyType).toBe('ed25519');
    expect(set.find('ES256', 'rsa')).toEqual([]);
    expect(set.find('RS256', 'other')).toEqual([]);
    expect(set.fetchedAt).toBe(1000);
  });

  it('takes keys that name neither use nor algorithm, or verification among their operations', () => {
    expect(isTaken(without(without(rsa, 'use'), 'alg'))).toBe(true);
    expect(isTaken({ ...ec, key_ops: ['verify'] })).toBe(true);
    expect(isTaken({ ...ed, alg: 'Ed25519' })).toBe(true);
  });

  it.each<[string, object]>([
    ['RSA of 1024 bits', jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    ['RSA of 2047 bits', jwkOf(generateKeyPairSync('rsa', { modulusLength: 2047 }))],
    ['RSA with e = 3', jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }))],
    ['RSA with an exponent that only ends like it', { ...rsa, e: 'AQABAQ' }],
    ['another RSA algorithm', { ...rsa, alg: 'PS256' }],
    ['RSA for encryption', { ...rsa, alg: 'RSA-OAEP' }],
    ['P-384', jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))],
    ['secp256k1', jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
    ['Ed448', jwkOf(generateKeyPairSync('ed448'))],
    ['a point that is not on the curve', { ...ec, x: ec.y, y: ec.x }],
    ['a curve that does not fit the numbers', { ...ed, x: 'AAAA' }],
    ['a secret', { kty: 'oct', k: 'AAAA', kid: 'k' }],
    ['a published private key', { ...rsa, d: 'AAAA' }],
    ['RSA of a generator that is broken', { ...rsa, n: rocaModulus() }],
    ['an encryption key', { ...rsa, use: 'enc' }],
    ['a key that may only sign', { ...ec, key_ops: ['sign'] }],
    ['a key with an empty id', { ...rsa, kid: '' }],
    ['a key whose id is a number', { ...rsa, kid: 1 }],
    ['a key without its modulus', without(rsa, 'n')],
  ])('ignores %s', (_, jwk) => {
    expect(isTaken(jwk)).toBe(false);
  });

  it('takes every curve and every RSA that an issuer is configured for, each for its own algorithms', () => {
    const algorithms = ['RS256', 'RS512', 'PS384', 'ES384', 'ES512', 'Ed25519'] as const;
    const keys = algorithms.map((alg) => createTestSigner(alg, alg).jwk);
    const any = createTestSigner('RS256', 'any').jwk;
    const set = parseKeySet(JSON.stringify({ keys: [...keys, without(any, 'alg')] }), ALGORITHMS, 1);
    for (const alg of algorithms) expect(set.find(alg, alg)).toHaveLength(1);
    expect(set.find('RS256', 'RS512')).toEqual([]);
    expect(set.find('PS256', 'PS384')).toEqual([]);
    expect(set.find('ES256', 'ES384')).toEqual([]);
    for (const alg of ['RS256', 'RS384', 'PS512'] as const) expect(set.find(alg, 'any')).toHaveLength(1);
    expect(set.find('ES256', 'any')).toEqual([]);
    expect(set.find('EdDSA', 'Ed25519')).toHaveLength(1);
  });

  it('takes null for nothing', () => {
    expect(isTaken({ ...rsa, d: null, use: null, alg: null, key_ops: null, x5c: null })).toBe(true);
    expect(isTaken({ ...rsa, kid: null })).toBe(true);
    expect(isTaken({ ...rsa, n: null })).toBe(false);
  });

  it('has every key of an id, up to four: a provider may publish the next key under the name of the last', () => {
    const keys = Array.from({ length: 5 }, () => createTestSigner('ES256', 'same').jwk);
    const [one, two] = [parse(...keys.slice(0, 2)), parse(...keys)].map((set) => set.find('ES256', 'same'));
    expect(one?.map((key) => key.export({ format: 'jwk' }).x)).toEqual(keys.slice(0, 2).map(({ x }) => x));
    expect(two?.map((key) => key.export({ format: 'jwk' }).x)).toEqual(keys.slice(0, 4).map(({ x }) => x));
  });

  it('has the one key that fits where the token or the key has no id, and none where there are two', () => {
    const nameless = without(createTestSigner('ES256', '').jwk, 'kid');
    expect(parse(rsa, nameless, ed).find('ES256', undefined)).toHaveLength(1);
    expect(parse(rsa, ec).find('ES256', undefined)).toHaveLength(1);
    expect(parse(rsa, ec, nameless).find('ES256', undefined)).toEqual([]);
    expect(parse(rsa, nameless).find('ES256', 'any')).toHaveLength(1);
    expect(parse(ec, nameless).find('ES256', 'any')).toEqual([]);
    expect(parse(ec).find('ES256', 'any')).toEqual([]);
    expect(parse(rsa).find('ES256', undefined)).toEqual([]);
  });

  it('keeps of a key only what verification needs', () => {
    const { keys } = JSON.parse(parse({ ...rsa, x5c: ['certificate'], x5u: 'https://evil.example', note: 1 }).jwks);
    expect(Object.keys(keys[0]).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('reads back what it keeps', () => {
    const { jwks } = parse(rsa, ec, ed);
    expect(parseKeySet(jwks, ALL, 1).jwks).toBe(jwks);
  });

  it('looks at the first hundred keys', () => {
    const many = Array.from({ length: 150 }, (_, index) => ({ ...ed, kid: `k${index}` }));
    const set = parse(...many);
    expect(set.find('EdDSA', 'k99')).toHaveLength(1);
    expect(set.find('EdDSA', 'k100')).toEqual([]);
  });

  it.each(['', 'no', '[]', '{}', 'null', '{"keys":{}}', '"keys"'])('says that %j is no key set', (text) => {
    expect(() => parseKeySet(text, ALL, 1)).toThrow(expect.objectContaining({ reason: 'malformed' }));
  });

  it('does not take a set without a usable key for a key set', () => {
    expect(() => parse()).toThrow(expect.objectContaining({ reason: 'no_usable_key' }));
    expect(() => parse(null, 1, 'key', [rsa], { ...rsa, use: 'enc' })).toThrow(
      expect.objectContaining({ reason: 'no_usable_key' }),
    );
  });

  it('is of use only with keys for the algorithms of the issuer', () => {
    const text = JSON.stringify({ keys: [rsa, ec] });
    expect(parseKeySet(text, ['ES256'], 1).find('RS256', 'rsa')).toEqual([]);
    expect(() => parseKeySet(text, ['EdDSA'], 1)).toThrow(expect.objectContaining({ reason: 'no_usable_key' }));
  });

  it('answers any text with a set or its own error', () => {
    const jwk = fc.record({
      kty: fc.constantFrom('RSA', 'EC', 'OKP'),
      kid: fc.string(),
      n: fc.string(),
      e: fc.string(),
      x: fc.string(),
      y: fc.string(),
      crv: fc.constantFrom('P-256', 'Ed25519'),
    });
    const text = fc.oneof(
      fc.json(),
      fc.array(jwk).map((keys) => JSON.stringify({ keys })),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseKeySet(input, ALL, 1);
        } catch (error) {
          expect(error).toBeInstanceOf(KeySetUnreadableError);
        }
      }),
    );
  });
});
