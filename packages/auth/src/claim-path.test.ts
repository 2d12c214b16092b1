import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseClaimPath, wordsAt } from './claim-path.ts';

/** As whoever writes the configuration spells a name. */
const spelled = (name: string) => name.replaceAll(/[.\\]/g, String.raw`\$&`);

describe('the path to a claim', () => {
  it('comes back as the names that it was made of, whatever is in them', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.stringMatching(/^[.\\a\n]{1,6}$/),
      fc.constantFrom('__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        expect(parseClaimPath(names.map(spelled).join('.'))).toEqual(names);
      }),
    );
  });

  it('has one spelling: no two texts lead to the same claim', () => {
    const text = fc.stringMatching(/^[a.\\]{0,8}$/);
    fc.assert(
      fc.property(text, (one) => {
        const names = parseClaimPath(one);
        if (names !== undefined) expect(names.map(spelled).join('.')).toBe(one);
      }),
    );
  });

  it.each([
    ['groups', ['groups']],
    ['realm_access.roles', ['realm_access', 'roles']],
    [String.raw`resource_access.my\.client.roles`, ['resource_access', 'my.client', 'roles']],
    [String.raw`a\\.b`, ['a\\', 'b']],
    ['cognito:groups', ['cognito:groups']],
    ['1.2.3.4.5.6.7.8', ['1', '2', '3', '4', '5', '6', '7', '8']],
  ])('%j is %j', (text, names) => {
    expect(parseClaimPath(text)).toEqual(names);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', '\\', 'a\\', String.raw`a\b`, String.raw`a\\\b`, '1.2.3.4.5.6.7.8.9'])(
    '%j is none',
    (text) => {
      expect(parseClaimPath(text)).toBeUndefined();
    },
  );

  it('is told from what is none at once, however long', () => {
    expect(parseClaimPath(`${'a.'.repeat(100_000)}`)).toBeUndefined();
    expect(parseClaimPath('\\'.repeat(100_001))).toBeUndefined();
  });
});

describe('the words of a claim', () => {
  const claims = {
    realm_access: { roles: ['admin', 7, null, ['owner'], { admin: true }] },
    resource_access: { 'my.client': { roles: ['support'] }, my: { client: { roles: ['another'] } } },
    'https://example.com/roles': ['by-url'],
    'https://example': { 'com/roles': ['by-path'] },
    role: 'editor of texts',
    list: [{ roles: ['hidden'] }],
  };

  it.each([
    ['realm_access.roles', ['admin']],
    [String.raw`resource_access.my\.client.roles`, ['support']],
    ['resource_access.my.client.roles', ['another']],
    ['role', ['editor of texts']],
    ['realm_access', []],
    ['realm_access.roles.0', []],
    ['list.0.roles', []],
    ['role.length', []],
    ['nowhere', []],
    ['nowhere.roles', []],
  ])('of %j are %j', (claim, words) => {
    expect(wordsAt(claims, claim)).toEqual(words);
  });

  it('are those of the claim that has exactly that name, before a path that reads the same', () => {
    expect(wordsAt(claims, 'https://example.com/roles')).toEqual(['by-url']);
    const { 'https://example.com/roles': _, ...without } = claims;
    expect(wordsAt(without, 'https://example.com/roles')).toEqual(['by-path']);
    expect(wordsAt({ 'a.b': 7, a: { b: 'x' } }, 'a.b')).toEqual([]);
  });

  it('are nobody’s that an object inherits, and everybody’s that a token gives such a name', () => {
    for (const claim of ['constructor.name', '__proto__.constructor.name', 'toString', 'a.constructor.name']) {
      expect(wordsAt({ a: {} }, claim)).toEqual([]);
    }
    const odd = JSON.parse('{"__proto__": {"roles": ["odd"]}, "constructor": {"name": "mine"}}');
    expect(wordsAt(odd, '__proto__.roles')).toEqual(['odd']);
    expect(wordsAt(odd, 'constructor.name')).toEqual(['mine']);
    expect(wordsAt(odd, 'roles')).toEqual([]);
  });

  it('never fail, whatever the token holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue()), (any) => {
        for (const claim of ['a', 'a.b', 'a.b.a', '__proto__.a']) {
          expect(wordsAt(JSON.parse(JSON.stringify(any)), claim).every((word) => typeof word === 'string')).toBe(true);
        }
      }),
    );
  });
});
