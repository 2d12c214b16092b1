import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertFits, dataOf, keysOf } from './keys.ts';

const NONE: ReadonlySet<string> = new Set();

describe('the keys of a session', () => {
  it('come back as JSON has them, whatever they are', () => {
    const key = fc.oneof(
      fc.string(),
      fc.string({ unit: CODE_POINT }),
      fc.constantFrom('', '__proto__', 'constructor', 'cookie'),
    );
    const entries = fc.array(fc.tuple(key, fc.jsonValue()));
    fc.assert(
      fc.property(entries, (all) => {
        const session = Object.fromEntries(all);
        const back = dataOf(keysOf(session, NONE));
        expect(Object.entries(back)).toEqual(Object.entries(JSON.parse(JSON.stringify(session))));
      }),
    );
  });

  it.each(['__proto__', 'constructor', '', 'toString', '\ud83d\ude00', 'a\0'])('may have the name %j', (name) => {
    const session = Object.fromEntries([[name, { admin: true }]]);
    const back = dataOf(keysOf(session, NONE));
    expect(Object.entries(back)).toEqual([[name, { admin: true }]]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it('keep lone surrogates in their texts', () => {
    expect(dataOf(keysOf({ text: 'a\udc00b\ud800' }, NONE))).toEqual({ text: 'a\udc00b\ud800' });
  });

  it('leave out what JSON leaves out, what stands apart, and what is inherited', () => {
    const session = Object.assign(Object.create({ inherited: 1 }), {
      fn: () => 1,
      no: undefined,
      cookie: {},
      yes: null,
    });
    expect([...keysOf(session, new Set(['cookie']))]).toEqual([['yes', 'null']]);
  });

  it.each([
    [
      'a loop',
      () => {
        const loop: Record<string, unknown> = {};
        loop.self = loop;
        return loop;
      },
    ],
    ['a BigInt', () => 1n],
  ])('are refused, by name, where one has %s', (_, value) => {
    expect(() => keysOf({ fine: 1, odd: value() }, NONE)).toThrow(
      expect.objectContaining({ code: 'SESSION_NOT_JSON', message: 'the session\'s key "odd" has no JSON' }),
    );
  });

  it.each(['\ud800', 'a\udc00b'])('are refused where one is %j, which has no UTF-8', (name) => {
    expect(() => keysOf({ fine: 1, [name]: 1 }, NONE)).toThrow(
      expect.objectContaining({
        code: 'SESSION_NOT_JSON',
        message: `the session's key ${JSON.stringify(name)} is no well-formed text`,
      }),
    );
    expect([...keysOf({ [name]: undefined }, NONE)]).toEqual([]);
  });

  it('fit in bytes of UTF-8, with those of each member, and the largest is named where they do not', () => {
    const keys = new Map([
      ['ä', '"ü"'],
      ['b', '1'],
    ]);
    expect(() => assertFits(keys, 16)).not.toThrow();
    expect(() => assertFits(keys, 15)).toThrow(
      expect.objectContaining({
        code: 'SESSION_TOO_LARGE',
        message: 'the session has 16 B of at most 15: its largest key is "ä", of 10 B',
      }),
    );
  });

  it('fit all the same where they are no larger than they were', () => {
    const [many, few] = [new Map([['k', '12345']]), new Map([['k', '1234']])];
    expect(() => assertFits(few, 1, many)).not.toThrow();
    expect(() => assertFits(many, 1, many)).not.toThrow();
    expect(() => assertFits(many, 1, few)).toThrow(expect.objectContaining({ code: 'SESSION_TOO_LARGE' }));
  });

  it('are shown shortened', () => {
    expect(() => assertFits(new Map([['k'.repeat(5000), '1']]), 1)).toThrow(/^.{1,200}$/);
  });
});
