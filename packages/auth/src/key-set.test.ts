import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
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

describe('parseKeySet', () => {
  it('finds a key by its algorithm and id', () => {
    const set = parse(rsa, ec, ed);
    expect(set.get('RS256', 'rsa')?.asymmetricKeyType).toBe('rsa');
    expect(set.get('ES256', 'ec')?.asymmetricKeyType).toBe('ec');
    expect(set.get('EdDSA', 'ed')?.asymmetricKeyType).toBe('ed25519');
    expect(set.get('ES256', 'rsa')).toBeUndefined();
    expect(set.get('RS256', 'other')).toBeUndefined();
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
    ['an encryption key', { ...rsa, use: 'enc' }],
    ['a key that may only sign', { ...ec, key_ops: ['sign'] }],
    ['a key without an id', without(rsa, 'kid')],
    ['a key with an empty id', { ...rsa, kid: '' }],
    ['a key whose id is a number', { ...rsa, kid: 1 }],
    ['a key without its modulus', without(rsa, 'n')],
  ])('ignores %s', (_, jwk) => {
    expect(isTaken(jwk)).toBe(false);
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
    expect(set.get('EdDSA', 'k99')).toBeDefined();
    expect(set.get('EdDSA', 'k100')).toBeUndefined();
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
    expect(parseKeySet(text, ['ES256'], 1).get('RS256', 'rsa')).toBeUndefined();
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
