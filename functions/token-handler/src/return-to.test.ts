import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressOf, errorAddressOf, parseReturnTo } from './return-to.ts';

const FRONTEND = 'https://app.example.com';

const HOSTILE = [
  '//evil.example',
  '///evil.example',
  '////evil.example/x',
  '/\\evil.example',
  '/\\/evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  ' /evil',
  '/ /evil.example',
  '/\u0000/evil.example',
  '/\u00a0/evil.example',
  '/\u200b/evil.example',
  '/\u2028/evil.example',
  '/\ufeff/evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'HTTPS://evil.example',
  'http://app.example.com',
  'https://app.example.com@evil.example',
  'https://app.example.com.evil.example',
  '@evil.example',
  '.evil.example',
  ':443@evil.example',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'blob:https://evil.example/x',
  'file:///etc/passwd',
  'evil.example',
  '?x',
  '#x',
  './/evil.example',
  '/./\\evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  `/${'a'.repeat(3000)}`,
];

/** They would begin another sign-in, or end the session. */
const TO_US = [
  '/auth/login',
  '/auth',
  '/AUTH/login',
  '/%61uth/login',
  '/x/../auth/login',
  '/auth%2flogin',
  '/a%',
  '/./auth/left',
];

describe('parseReturnTo', () => {
  it.each([...HOSTILE, ...TO_US])('takes %j for the start page', (text) => {
    expect(addressOf({ frontend: FRONTEND, returnTo: parseReturnTo(text, FRONTEND) })).toBe(`${FRONTEND}/#`);
  });

  it.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/orders?a=b&c=d', '/orders?a=b&c=d'],
    ['/#/orders/7', '/#/orders/7'],
    ['/a?next=//evil.example#//evil.example', '/a?next=//evil.example#//evil.example'],
    ['/a?x=https://evil.example', '/a?x=https://evil.example'],
    ['/authors', '/authors'],
    ['/gr%C3%BC%C3%9Fe', '/gr%C3%BC%C3%9Fe'],
    ['/grüße', '/gr%C3%BC%C3%9Fe'],
    ['/a/../b', '/b'],
    ['/?error=SIGN_IN_LOST&a=b', '/?a=b'],
    ['/?error=mine', '/?error=mine'],
  ])('keeps %j as %j', (text, kept) => {
    expect(parseReturnTo(text, FRONTEND)).toBe(kept);
  });

  it('never leaves the origin, whatever it is given', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('/', '\\', '.', ':', '@', '?', '#', '%', '2', 'f', '5', 'c', 'a', '\t', '\n', ' '),
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string()), (text) => {
        const destination = { frontend: FRONTEND, returnTo: parseReturnTo(`/${text}`, FRONTEND) };
        for (const address of [addressOf(destination), errorAddressOf(destination, 'SIGN_IN_LOST')]) {
          expect(new URL(address).origin).toBe(FRONTEND);
          expect(address).toContain('#');
        }
      }),
    );
  });
});

describe('errorAddressOf', () => {
  it.each([
    ['/', '/?error=SIGN_IN_LOST#'],
    ['/a?b=%20+c', '/a?b=%20+c&error=SIGN_IN_LOST#'],
    ['/a#/b?c', '/a?error=SIGN_IN_LOST#/b?c'],
    ['/a?error=PROVIDER_REFUSED', '/a?error=SIGN_IN_LOST#'],
  ])('puts the code into the query of %j, before the fragment', (returnTo, path) => {
    expect(errorAddressOf({ frontend: FRONTEND, returnTo }, 'SIGN_IN_LOST')).toBe(`${FRONTEND}${path}`);
  });
});
