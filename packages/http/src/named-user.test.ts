import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namedUser, pathUserId } from './named-user.ts';

const alias = fc.constantFrom('main', 'guests', 'f');
const sub = fc.stringMatching(/^(?:(?:main|guests|f|F):)?[\x20-\x7e]{1,20}$/);

describe('how a caller writes a user', () => {
  it.each([
    [{ issuer: 'main', sub: 'bob' }, 'bob'],
    [{ issuer: 'main', sub: 'F:bob' }, 'F:bob'],
    [{ issuer: 'main', sub: 'f:1:bob' }, 'main:f:1:bob'],
    [{ issuer: 'main', sub: 'f:ann' }, 'f:ann'],
    [{ issuer: 'guests', sub: 'bob' }, 'guests:bob'],
    [{ issuer: 'guests', sub: 'f:ann' }, 'guests:f:ann'],
  ])('%j is %s', (user, text) => {
    expect(pathUserId(user, { caller: { issuer: 'main', userId: 'f:ann' }, administers: ['main', 'guests'] })).toBe(
      text,
    );
  });

  it('names that user again, also where the own sub looks like somebody else', () => {
    const user = fc.record({ issuer: alias, sub });
    const administers = fc.subarray(['main', 'guests', 'f']);
    fc.assert(
      fc.property(user, user, administers, (other, { issuer, sub: userId }, aliases) => {
        const namer = { caller: { issuer, userId }, administers: aliases };
        const own = { issuer, sub: userId };
        for (const someone of aliases.includes(other.issuer) ? [own, other] : [own]) {
          expect(namedUser(pathUserId(someone, namer), namer)).toEqual(someone);
        }
      }),
    );
  });
});

describe('a path', () => {
  const caller = { issuer: 'main', userId: 'guests:bob' };

  it('that reads as a user one administers never means oneself', () => {
    const administrator = { caller, administers: ['main', 'guests'] };
    expect(namedUser('guests:bob', administrator)).toEqual({ issuer: 'guests', sub: 'bob' });
    expect(namedUser('main:guests:bob', administrator)).toEqual({ issuer: 'main', sub: 'guests:bob' });
  });

  it('means oneself by the own sub, and by the alias and the own sub, to everybody else', () => {
    for (const administers of [[], ['main']]) {
      expect(namedUser('guests:bob', { caller, administers })).toEqual({ issuer: 'main', sub: 'guests:bob' });
      expect(namedUser('main:guests:bob', { caller, administers })).toEqual({ issuer: 'main', sub: 'guests:bob' });
    }
  });

  it('means nobody without a sub', () => {
    expect(namedUser('guests:', { caller, administers: ['guests'] })).toBeUndefined();
  });
});
