import { HOSTILE_PATHS } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressOf, errorAddressOf, parseReturnTo } from './return-to.ts';

const FRONTEND = 'https://app.example.com';

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
  it.each([...HOSTILE_PATHS, ...TO_US])('takes %j for the start page', (text) => {
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
