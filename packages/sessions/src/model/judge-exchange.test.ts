import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ExchangeCase, judgeExchange } from './judge-exchange.ts';

const NOW = 1_780_000_000;
const LIFETIME = 30 * 86_400;

/** Somebody who signed in so many seconds before our `NOW`, at a provider whose clock is apart from ours by `skew`. */
function exchange(fields: Partial<ExchangeCase> & { readonly ago: number; readonly skew?: number }): ExchangeCase {
  const { ago, skew = 0, ...rest } = fields;
  const issuedAt = NOW + skew;
  const marks = { isBurnt: false, notBefore: 0, reauthAfter: 0 };
  return { issuedAt, authTime: issuedAt - ago, receivedAt: NOW, ...marks, loginMaxLifetimeSeconds: LIFETIME, ...rest };
}

const verdictOf = (each: ExchangeCase) => {
  const judged = judgeExchange(each);
  return judged.verdict === 'open' ? 'open' : judged.why;
};

/** How a session ended, and what that left behind at `at`. */
const ENDINGS: Readonly<Record<string, (at: number) => Partial<ExchangeCase>>> = {
  'expiry, eviction, replacement': () => ({}),
  'sign-out or revocation at a provider with sid': () => ({ isBurnt: true }),
  'sign-out or revocation at a provider without sid': (at) => ({ reauthAfter: at }),
  'the end of all sessions': (at) => ({ notBefore: at + 5, reauthAfter: at }),
};

describe.each([0, 4, -4, 60, -60])('an exchange at a provider whose clock is %i s apart', (skew) => {
  it.each<[string, string, Partial<ExchangeCase> & { ago: number }, string]>([
    ['expiry, eviction, replacement', 'silent', { ago: 86_400 }, 'open'],
    ['expiry, eviction, replacement', 'after a form', { ago: 0 }, 'open'],
    ['sign-out or revocation at a provider with sid', 'silent', { ago: 86_400 }, 'burnt'],
    ['sign-out or revocation at a provider with sid', 'after a form that kept the sid', { ago: 0 }, 'burnt'],
    ['sign-out or revocation at a provider without sid', 'silent', { ago: 86_400 }, 'ended'],
    ['sign-out or revocation at a provider without sid', 'of the second of the ending', { ago: 60 }, 'ended'],
    ['sign-out or revocation at a provider without sid', 'within the rounding', { ago: 58 }, 'ended'],
    ['sign-out or revocation at a provider without sid', 'after a form', { ago: 57 }, 'open'],
    ['the end of all sessions', 'silent', { ago: 86_400 }, 'ended'],
    ['the end of all sessions', 'within the margin', { ago: 55 }, 'ended'],
    ['the end of all sessions', 'after the margin', { ago: 54 }, 'open'],
  ])('a minute after %s, %s', (ending, _, fields, expected) => {
    const marks = ENDINGS[ending]?.(NOW - 60) ?? {};
    expect(verdictOf(exchange({ ...fields, ...marks, skew }))).toBe(expected);
  });

  it.each([
    [LIFETIME - 1, 'open'],
    [LIFETIME, 'too_old'],
    [LIFETIME * 2, 'too_old'],
  ])('%i s after the sign-in', (ago, expected) => {
    expect(verdictOf(exchange({ ago, skew }))).toBe(expected);
  });
});

describe('a verdict', () => {
  it('does not hang on the clock of the provider', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer(), fc.nat(90_000), fc.nat(90_000), (ago, skew, before, reauth) => {
        const marks = { notBefore: NOW - before, reauthAfter: NOW - reauth };
        expect(judgeExchange(exchange({ ago, skew, ...marks }))).toEqual(judgeExchange(exchange({ ago, ...marks })));
      }),
    );
  });

  it('does not count a sign-in as later than its answer, whatever its token says', () => {
    const future = exchange({ ago: -1000, notBefore: NOW + 5 });
    expect(verdictOf(future)).toBe('ended');
  });

  it.each([
    [{ isBurnt: true }, NOW],
    [{ reauthAfter: NOW }, NOW + 3],
    [{ notBefore: NOW + 5, reauthAfter: NOW }, NOW + 6],
  ])('of %j says from when on a new sign-in counts, and then it does', (marks, passesAt) => {
    expect(judgeExchange(exchange({ ago: 10, ...marks }))).toMatchObject({ verdict: 'leave_first', passesAt });
    const again = exchange({ ago: 0, ...marks, isBurnt: false });
    expect(verdictOf({ ...again, issuedAt: passesAt, authTime: passesAt, receivedAt: passesAt })).toBe('open');
  });
});
