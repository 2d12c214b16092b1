import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSub, parseUserKey, userKey } from './user.ts';

const user = fc.record({
  issuer: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  sub: fc.stringMatching(/^[\x20-\x7e]{1,255}$/),
});

describe('the key of a user', () => {
  it('is read back as the user it was made of, whatever characters the sub has', () => {
    fc.assert(
      fc.property(user, (one) => {
        expect(parseUserKey(userKey(one))).toEqual(one);
      }),
    );
  });

  it('is never the same for two users', () => {
    fc.assert(
      fc.property(user, user, (one, other) => {
        fc.pre(one.issuer !== other.issuer || one.sub !== other.sub);
        expect(userKey(one)).not.toBe(userKey(other));
      }),
    );
  });

  it('differs between two issuers that give the same sub', () => {
    expect(userKey({ issuer: 'a', sub: 's' })).toBe('U#a#s');
    expect(userKey({ issuer: 'b', sub: 's' })).toBe('U#b#s');
  });

  it('is read from nothing but what it would be written as', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `U#${rest}`),
        ),
        (text) => {
          const read = parseUserKey(text);
          expect(read === undefined || userKey(read) === text).toBe(true);
        },
      ),
    );
  });

  it.each([
    '',
    'U',
    'U#a',
    'U#a#',
    'U##s',
    'U#A#s',
    'U#1#s',
    'u#a#s',
    'KEYS#a#s',
    `U#${'a'.repeat(33)}#s`,
    `U#a#${'s'.repeat(256)}`,
    'U#a#s\n',
    'U#a\n#s',
    'U#a#ü',
    'U#a#\u0000',
  ])('is not %j', (text) => {
    expect(parseUserKey(text)).toBeUndefined();
  });
});

it('takes 255 printable ASCII characters for a sub, and not one more', () => {
  expect(isSub('s'.repeat(255))).toBe(true);
  expect(isSub('s'.repeat(256))).toBe(false);
  expect(isSub('')).toBe(false);
  expect(isSub('a\tb')).toBe(false);
});
