import { createTestSigner } from '@cloakroom/testing';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCompactJws } from './compact-jws.ts';
import { parseStepByStep } from './compact-jws-fixture.ts';

const signer = createTestSigner('RS256', 'k');
const claims = { iss: 'https://idp.example', sub: 'ada' };
const text = (value: string) => Buffer.from(value).toString('base64url');
const withHeader = (header: unknown) => `${text(JSON.stringify(header))}.${text('{}')}.AAAA`;
const withPayload = (payload: string | Buffer) =>
  `${text('{"alg":"RS256","kid":"k"}')}.${Buffer.from(payload).toString('base64url')}.AAAA`;

describe('parseCompactJws', () => {
  it('tells what a token says about itself', () => {
    expect(parseCompactJws(signer.sign(claims, { typ: 'JWT', jku: 'https://evil.example' }))).toEqual({
      header: { alg: 'RS256', kid: 'k', typ: 'JWT' },
      claims,
    });
  });

  it.each<[string, (segment: string) => string]>([
    ['padding', (s) => `${s}=`],
    ['double padding', (s) => `${s}==`],
    ['a space before', (s) => ` ${s}`],
    ['a space inside', (s) => `${s.slice(0, 4)} ${s.slice(4)}`],
    ['a line break after', (s) => `${s}\n`],
    ['a tab inside', (s) => `${s.slice(0, 2)}\t${s.slice(2)}`],
    ['the standard alphabet', (s) => (/[-_]/.test(s) ? s.replaceAll('-', '+').replaceAll('_', '/') : `${s}+/`)],
    ['a character of no alphabet', (s) => `${s.slice(0, 3)}*${s.slice(3)}`],
    ['a NUL', (s) => `${s}\0`],
    ['stray bits in the last character', strayBits],
  ])('refuses a segment with %s, wherever it is', (_, respell) => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 2 }), (sub, index) => {
        const segments = signer.sign({ ...claims, sub }).split('.');
        const segment = segments[index] ?? '';
        fc.pre(respell(segment) !== segment);
        segments[index] = respell(segment);
        expect(() => parseCompactJws(segments.join('.'))).toThrow('not_canonical');
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['nothing', ''],
    ['two segments', 'e30.e30'],
    ['four segments', `${withHeader({ alg: 'RS256', kid: 'k' })}.AAAA`],
    ['five segments, as an encrypted token has', 'e30.e30.e30.e30.e30'],
    ['no header', `.${text('{}')}.AAAA`],
    ['no payload', `${text('{}')}..AAAA`],
    ['no signature', `${text('{}')}.${text('{}')}.`],
  ])('refuses %s', (_, token) => {
    expect(() => parseCompactJws(token)).toThrow('not_canonical');
  });

  it.each([
    ['no object', ['RS256']],
    ['null', null],
    ['a string', 'RS256'],
    ['no algorithm', { kid: 'k' }],
    ['an algorithm that is no string', { alg: ['RS256'], kid: 'k' }],
    ['an empty kid', { alg: 'RS256', kid: '' }],
    ['a kid that is no string', { alg: 'RS256', kid: 1 }],
    ['a very long kid', { alg: 'RS256', kid: 'k'.repeat(256) }],
    ['a typ that is no string', { alg: 'RS256', kid: 'k', typ: 1 }],
    ['extensions to understand', { alg: 'RS256', kid: 'k', crit: ['b64'], b64: false }],
    ['an empty list of extensions', { alg: 'RS256', kid: 'k', crit: [] }],
    ['extensions that are null', { alg: 'RS256', kid: 'k', crit: null }],
  ])('refuses a header that is or has %s', (_, header) => {
    expect(() => parseCompactJws(withHeader(header))).toThrow('header_malformed');
  });

  it.each<[string, string | Buffer]>([
    ['no JSON', 'claims'],
    ['a list', '[]'],
    ['null', 'null'],
    ['cut off', '{"sub":"a"'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['behind a byte order mark', '\ufeff{}'],
  ])('refuses a payload that is %s', (_, payload) => {
    expect(() => parseCompactJws(withPayload(payload))).toThrow('payload_malformed');
  });

  it('takes null for nothing', () => {
    const header = text(JSON.stringify({ alg: 'RS256', kid: null, typ: null }));
    const payload = text(JSON.stringify({ sub: 'a', nonce: null, sid: '' }));
    expect(parseCompactJws(`${header}.${payload}.AAAA`)).toEqual({
      header: { alg: 'RS256' },
      claims: { sub: 'a', sid: '' },
    });
  });

  it('takes the last of two claims of one name, as the library that verifies does', () => {
    expect(parseCompactJws(withPayload('{"iss":"a","iss":"b"}')).claims.iss).toBe('b');
  });

  it('refuses a token that is longer than the headers a gateway takes, before it looks at it', () => {
    const padded = (length: number) => `${'A'.repeat(length - 4)}.A.A`;
    expect(() => parseCompactJws(padded(10_240))).toThrow('not_canonical');
    expect(() => parseCompactJws(padded(10_241))).toThrow('too_long');
  });

  it('says of any text what the rules say, one after the other', () => {
    const verdict = (parse: (token: string) => unknown, token: string) => {
      try {
        return parse(token);
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(almostToken, (token) => {
        expect(verdict(parseCompactJws, token)).toEqual(verdict(parseStepByStep, token));
      }),
      { numRuns: 1000 },
    );
  });

  it('answers any text with a verdict, never with another error', () => {
    const anything = fc.oneof(
      fc.string({ unit: CODE_POINT }),
      fc.tuple(fc.json(), fc.json(), fc.base64String()).map(([h, p, s]) => `${text(h)}.${text(p)}.${s}`),
    );
    fc.assert(
      fc.property(anything, (token) => {
        expect(() => parseCompactJws(token)).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }));
      }),
    );
  });
});

const members = fc.dictionary(
  fc.constantFrom('alg', 'kid', 'typ', 'crit', 'iss', 'sub', 'exp', '__proto__', 'constructor'),
  fc.oneof(fc.string(), fc.constant(null), fc.jsonValue({ maxDepth: 1 })),
);
const header = fc.tuple(members, fc.boolean()).map(([some, hasAlg]) => (hasAlg ? { ...some, alg: 'RS256' } : some));
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(header.map(json), fc.json().map(Buffer.from), fc.uint8Array().map(Buffer.from)) },
  { weight: 1, arbitrary: fc.string({ unit: CODE_POINT }).map((any) => Buffer.from(any)) },
);
const spelling = fc.constantFrom<(text: string) => string>(
  ...Array<(text: string) => string>(6).fill((s) => s),
  (s) => `${s}=`,
  (s) => `${s}\n`,
  (s) => `${s}ü`,
  (s) => `${s}\u0100`,
  (s) => s.replaceAll('-', '+').replaceAll('_', '/'),
  (s) => s.slice(0, -1),
  strayBits,
);
/** Segments of every kind, mostly three, most of them canonical. */
const almostToken = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(
        fc.tuple(segment, spelling).map(([bytes, respell]) => respell(bytes.toString('base64url'))),
        { minLength: 3, maxLength: 3 },
      )
      .map((segments) => segments.join('.')),
  },
  { weight: 1, arbitrary: fc.array(fc.string({ unit: CODE_POINT })).map((segments) => segments.join('.')) },
);

/** Sets a bit that belongs to no byte, where the segment's length leaves one. */
function strayBits(segment: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const free = { 2: 15, 3: 3 }[segment.length % 4];
  if (free === undefined) return segment;
  return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.slice(-1)) | 1];
}
