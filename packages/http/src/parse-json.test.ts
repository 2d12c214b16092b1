import { jsonObject } from '@cloakroom/core';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseJson } from './parse-json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const names = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])));
const malformed = (fields: object = {}) => expect.objectContaining({ code: 'MALFORMED_JSON', ...fields });

describe('parseJson', () => {
  it('gives back any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('"__proto__":'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses with MALFORMED_JSON and nothing else, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json({ stringUnit: CODE_POINT }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (any) => {
        try {
          parseJson(Buffer.from(any));
        } catch (error) {
          expect(error).toEqual(malformed());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('accepts what is just within its limits', () => {
    expect(parse(nested(16))).toEqual(expect.any(Array));
    expect(parse(names(1000))).toEqual(expect.any(Object));
    expect(parse('[1.7976931348623157e308]')).toEqual([Number.MAX_VALUE]);
    expect(parse('"\\ufffd"')).toBe('\uFFFD');
    expect(parse('"\uFFFD"')).toBe('\uFFFD');
    expect(parse(`[${'9'.repeat(400)}]`)).toEqual([Number.POSITIVE_INFINITY]);
  });

  it('takes names of an object’s prototype for names like any other', () => {
    const text = '{"constructor":{"prototype":{"x":1}},"toString":2,"hasOwnProperty":3}';
    expect(JSON.stringify(parse(text))).toBe(text);
    expect({}).not.toHaveProperty('x');
  });

  it('remembers the text of objects, without the white space between its tokens', () => {
    const text = '{"data": {"b" :1.0,\t"1":[ 12345678901234567890 , "a b\\u0041\\"" ],"b":-0e5} ,"x":1}';
    const { data } = v.parse(v.object({ data: jsonObject }), parse(text));
    expect(data.text).toBe('{"b":1.0,"1":[12345678901234567890,"a b\\u0041\\""],"b":-0e5}');
  });

  it.each([
    ['text that is no JSON', '{"a":'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{}'],
    ['NaN', '[NaN]'],
    ['more than 1000 names', names(1001)],
    ['more than 16 levels', nested(17)],
    ['levels by the ten thousand', nested(30_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(malformed());
  });

  it.each([
    ['a.b', 'a number out of range', '{"a":{"b":1e999}}'],
    ['list.1', 'a number out of range in a list', '{"list":[1,-1e999]}'],
    ['a', 'half a character', '{"a":"\\ud800"}'],
    ['a', 'half a character in a name', '{"a":{"\\udc00":1}}'],
    ['__proto__', 'a prototype', '{"__proto__":{"admin":true}}'],
    ['a.0.__proto__', 'a prototype with escapes', '{"a":[{"\\u005f_proto__":{}}]}'],
    ['a.__proto__', 'a prototype that a later name hides', '{"a":{"__proto__":{}},"a":1}'],
  ])('names %s for %s', (field, _, text) => {
    expect(() => parse(text)).toThrow(malformed({ field }));
    expect({}).not.toHaveProperty('admin');
  });

  it('cuts the path of an offence', () => {
    const text = `{"${'é'.repeat(5000)}":{"__proto__":1}}`;
    expect(() => parse(text)).toThrow(malformed({ field: 'é'.repeat(200) }));
  });

  it.each([
    ['an invalid sequence', [0x22, 0xc3, 0x28, 0x22]],
    ['an overlong sequence', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x22, 0x00, 0x22, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseJson(Buffer.from(bytes))).toThrow(malformed());
  });

  it('refuses a body that could not be decoded', () => {
    expect(() => parseJson('undecodable')).toThrow(malformed());
  });
});
