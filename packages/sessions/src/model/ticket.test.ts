import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchTicket } from './rotation.ts';
import { formatTicket, isOfFamily, newTicket, parseTicket } from './ticket.ts';

const users = fc.record({
  issuer: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  sub: fc.stringMatching(/^[\x20-\x7e]{1,255}$/),
});

describe("the value of a ticket's cookie", () => {
  it('is read as it was written, and fits what the table knows of it', () => {
    fc.assert(
      fc.property(users, (user) => {
        const { cookie, hashes } = newTicket(user);
        expect(parseTicket(formatTicket(cookie))).toEqual(cookie);
        expect(matchTicket({ ticket: { ...hashes, recheckAt: 0 } }, cookie, 0)).toBe('current');
      }),
    );
  });

  it('has one spelling: what can be read is written the same', () => {
    const nearly = fc
      .tuple(users, fc.nat(), fc.constantFrom('', '=', '.', ' ', '"', 'A', 'B', '-', '+', '%41'))
      .map(([user, at, insertion]) => {
        const text = formatTicket(newTicket(user).cookie);
        const position = at % (text.length + 1);
        return text.slice(0, position) + insertion + text.slice(position + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const cookie = parseTicket(text);
        if (cookie !== undefined) expect(formatTicket(cookie)).toBe(text);
      }),
    );
  });

  it('keeps within a cookie with the longest user', () => {
    const user = { issuer: 'a'.repeat(32), sub: '~'.repeat(255) };
    expect(formatTicket(newTicket(user).cookie).length).toBeLessThan(600);
  });
});

describe('a cookie, and the session under its id', () => {
  const user = { issuer: 'local', sub: 'ada' };
  const { cookie, hashes } = newTicket(user);
  const other = newTicket(user).cookie;

  it.each([
    ['of the ticket', cookie, 'current'],
    ['with another secret', { ...cookie, secret: other.secret }, 'reuse'],
    ['of another family', { ...cookie, family: other.family }, 'stranger'],
    ['of another ticket', other, 'stranger'],
    ['made of the hashes in the table', { family: hashes.familyHash, secret: hashes.secretHash }, 'stranger'],
  ])('%s', (_, presented, expected) => {
    expect(matchTicket({ ticket: { ...hashes, recheckAt: 0 } }, presented, 0)).toBe(expected);
  });

  it('is a stranger to what is no ticket', () => {
    expect(matchTicket({}, cookie, 0)).toBe('stranger');
  });

  it('is known by its family when the session has ended', () => {
    expect(isOfFamily(cookie, hashes.familyHash)).toBe(true);
    expect(isOfFamily(other, hashes.familyHash)).toBe(false);
    expect(isOfFamily(cookie, undefined)).toBe(false);
  });
});
