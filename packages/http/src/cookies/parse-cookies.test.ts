import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import { parseCookie } from 'cookie';
import fc from 'fast-check';
import { findCookie, parseCookies } from './parse-cookies.ts';

const NAME = '__Host-cloakroom';
const pairs = (header: string) => parseCookies(header).map(({ name, value }) => [name, value]);

describe('cookies of a request', () => {
  it.each<[string, readonly (readonly [string, string])[]]>([
    // RFC 6265 §3.1, §4.1.1, §4.2.1
    [
      'SID=31d4d96e407aad42; lang=en-US',
      [
        ['SID', '31d4d96e407aad42'],
        ['lang', 'en-US'],
      ],
    ],
    ['a=', [['a', '']]],
    ['a="quoted"', [['a', '"quoted"']]],
    // Of the http-state test suite of RFC 6265, as browsers send what servers have set there.
    ['foo=bar', [['foo', 'bar']]],
    [
      'foo=qux; foo2=bar',
      [
        ['foo', 'qux'],
        ['foo2', 'bar'],
      ],
    ],
    ['foo="bar\\"baz"', [['foo', '"bar\\"baz"']]],
    ['foo=bar=baz', [['foo', 'bar=baz']]],
    ['foo==', [['foo', '=']]],
    ['x=a,b', [['x', 'a,b']]],
    ['a b=c d', [['a b', 'c d']]],
    ['foo=%20%3b', [['foo', '%20%3b']]],
    [
      'Foo=1; foo=2',
      [
        ['Foo', '1'],
        ['foo', '2'],
      ],
    ],
    [
      'foo=1; foo=2',
      [
        ['foo', '1'],
        ['foo', '2'],
      ],
    ],
    // What no browser sends.
    [
      'a=1;b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      ' \ta \t=\t 1 ; b=2 ',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;;; ;b=2;',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'bare; a=1',
      [
        ['bare', ''],
        ['a', '1'],
      ],
    ],
    ['=nameless; a=1', [['a', '1']]],
    [
      '$Version=1; a=1; $Path=/',
      [
        ['$Version', '1'],
        ['a', '1'],
        ['$Path', '/'],
      ],
    ],
    [
      '__proto__=1; constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
    ['', []],
    [';', []],
  ])('are read by RFC 6265: %j', (header, expected) => {
    expect(pairs(header)).toEqual(expected);
  });

  it('are none without a header', () => {
    expect(parseCookies(undefined)).toEqual([]);
  });

  it('are what another parser finds, which keeps the first of duplicates and drops what has no =', () => {
    const decode = (text: string) => text;
    const part = fc.stringMatching(/^[ \tA-Za-z0-9="$,\u00a0%\\-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const header = parts.join(';');
        const others = new Map(Object.entries(parseCookie(header, { decode })));
        const ours = new Map<string, string>();
        for (const text of parts.filter((one) => one.includes('='))) {
          for (const { name, value } of parseCookies(text)) if (!ours.has(name)) ours.set(name, value);
        }
        others.delete('');
        expect(ours).toEqual(others);
      }),
    );
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: CODE_POINT }), (header) => {
        for (const { name } of parseCookies(header)) expect(name).not.toMatch(/^$|[;=]/);
      }),
    );
  });
});

describe('a cookie of ours', () => {
  const find = (header: string | undefined) => findCookie(header, NAME);

  it('is found among others, whatever they are', () => {
    const other = fc.string({ unit: CODE_POINT }).filter((text) => !text.includes(NAME));
    fc.assert(
      fc.property(
        fc.array(other),
        fc.array(other),
        fc.stringMatching(/^[A-Za-z0-9._~-]{1,477}$/),
        (before, after, value) => {
          const header = [...before, `${NAME}=${value}`, ...after].join('; ');
          expect(find(header)).toEqual({ outcome: 'found', value });
        },
      ),
    );
  });

  it.each([
    undefined,
    '',
    'a=1',
    `a=${NAME}=x`,
    `a=b, ${NAME}=x`,
    `${NAME}-flow=x`,
    `x${NAME}=x`,
    '__host-cloakroom=x',
    '__HOST-cloakroom=x',
    `=${NAME}`,
    // Browsers let any sibling domain set these: to them the prefix is none.
    `\u00a0${NAME}=x`,
    `\u2000${NAME}=x`,
    `\ufeff${NAME}=x`,
    `\u000b${NAME}=x`,
    `\u0085${NAME}=x`,
    `${NAME}\u00a0=x`,
    `"${NAME}"=x`,
    `$Version=1, ${NAME}=x`,
    '%5F_Host-cloakroom=x',
  ])('is not this: %j', (header) => {
    expect(find(header)).toEqual({ outcome: 'absent' });
  });

  it.each<[string, string, string]>([
    ['twice', `${NAME}=a; ${NAME}=b`, 'duplicate'],
    ['twice, the same', `${NAME}=a; b=1; ${NAME}=a`, 'duplicate'],
    ['twice, once without a value', `${NAME}; ${NAME}=a`, 'duplicate'],
    ['twice, once from a cookie without a name', `${NAME}=a;=; ${NAME} =b`, 'duplicate'],
    ['without a value', `${NAME}=`, 'malformed'],
    ['without an =', NAME, 'malformed'],
    ['quoted', `${NAME}="a"`, 'malformed'],
    ['with white space in it', `${NAME}=a b`, 'malformed'],
    ['with a comma', `${NAME}=a,b`, 'malformed'],
    ['with another joined to it', `${NAME}=a, ${NAME}=b`, 'malformed'],
    ['with a letter beyond ASCII', `${NAME}=ä`, 'malformed'],
    ['with a control character', `${NAME}=a\u0000`, 'malformed'],
    ['with 1,025 characters', `${NAME}=${'a'.repeat(1025)}`, 'too_long'],
  ])('is refused %s', (_, header, reason) => {
    expect(find(header)).toEqual({ outcome: 'refused', reason });
  });

  it('may have 1,024 characters', () => {
    expect(find(`${NAME}=${'a'.repeat(1024)}`)).toMatchObject({ outcome: 'found' });
  });
});
