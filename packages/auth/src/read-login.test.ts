import { sidHash, sidKey } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loginId } from './read-login.ts';

const identity = { issuer: 'https://idp.example', clientId: 'web', sub: 'ada', claim: 'sid', value: 's-1' };

describe('loginId', () => {
  it('is the same for the same sign-in, for ever: it is a key in the table', () => {
    expect(loginId(identity)).toBe('VxG0WR6ebnpGck5x4ND9AA');
  });

  it('and so is the session at the provider', () => {
    expect(sidHash(identity)).toBe('xMPbDpaogibh5JuxuWwscw');
    expect(sidKey(identity)).toBe('_sj34w7dAuqKdQtfzKeeOQ');
  });

  it('differs as soon as any part differs', () => {
    const part = fc.string({ maxLength: 4 });
    const identities = fc.record({ issuer: part, clientId: part, sub: part, claim: part, value: part });
    fc.assert(
      fc.property(identities, identities, (a, b) => {
        const isSame = JSON.stringify(Object.values(a)) === JSON.stringify(Object.values(b));
        expect(loginId(a) === loginId(b)).toBe(isSame);
      }),
    );
  });

  it('tells a number from the same digits', () => {
    expect(loginId({ ...identity, value: 7 })).not.toBe(loginId({ ...identity, value: '7' }));
  });
});
