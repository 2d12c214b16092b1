import { describe, expect, it } from '@jest/globals';
import { beginCookies, doneCookie, heldFlows } from './flow-cookies.ts';

const settings = { name: '__Host-cloakroom', isSecure: true };
const STATE = 'AAAAAAAAAAAAAAAAAAAAAA';
const SECRET = 'S'.repeat(43);
const cookie = (state: string, startedAt: string, mark = 'flow') =>
  `__Host-cloakroom-${mark}-${state}=${startedAt}.${SECRET}`;

describe('the cookies of flows', () => {
  it('are read as they were written, newest first, and those that are done at the end', () => {
    const states = ['A', 'B', 'C', 'D'].map((letter) => letter.repeat(22));
    const [one = '', two = '', three = '', four = ''] = states;
    const header = [
      cookie(one, '1790000001'),
      cookie(two, 'done1790000009'),
      cookie(three, '1790000003', 'left'),
      cookie(four, '1790000003'),
    ].join('; ');
    expect(heldFlows(header, settings).map(({ state, kind, isDone }) => [state, kind, isDone])).toEqual([
      [four, 'sign-in', false],
      [three, 'leaving', false],
      [one, 'sign-in', false],
      [two, 'sign-in', true],
    ]);
  });

  it.each([
    ['twice under one name', `${cookie(STATE, '1790000001')}; ${cookie(STATE, '1790000002')}`],
    ['of another state', cookie('short', '1790000001')],
    ['without a time', cookie(STATE, '')],
    ['with a time that is none', cookie(STATE, '9'.repeat(20))],
    ['of another prefix', cookie(STATE, '1790000001').replace('__Host-', '__Secure-')],
    ['with more behind it', `${cookie(STATE, '1790000001')}x`],
    ['quoted', `__Host-cloakroom-flow-${STATE}="1790000001.${SECRET}"`],
    ['none at all', ''],
  ])('count for nothing: %s', (_, header) => {
    expect(heldFlows(header, settings)).toEqual([]);
  });

  it('live an hour, and a minute once they are done', () => {
    const [begun = ''] = beginCookies(
      { kind: 'leaving', state: STATE, secret: SECRET, startedAt: 1_790_000_001 },
      [],
      settings,
    );
    expect(begun).toMatch(/-left-A{22}=1790000001\.S{43}; Max-Age=3600;/);
    const [held] = heldFlows(begun.split(';')[0], settings);
    if (held === undefined) throw new Error('a cookie of ours was not read');
    expect(doneCookie(held, settings)).toMatch(
      /=done1790000001\.S{43}; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });
});
