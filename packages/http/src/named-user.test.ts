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
    expect(pathUserId(user, { issuer: 'main', userId: 'f:ann' })).toBe(text);
  });

  it('names that user again', () => {
    const user = fc.record({ issuer: alias, sub });
    fc.assert(
      fc.property(user, user, (someone, { issuer, sub: userId }) => {
        const caller = { issuer, userId };
        const text = pathUserId(someone, caller);
        fc.pre(text !== userId || (someone.issuer === issuer && someone.sub === userId));
        const reach = { caller, isForSelf: true, administers: ['main', 'guests', 'f'] };
        expect(namedUser(text, reach)).toEqual(someone);
      }),
    );
  });
});
