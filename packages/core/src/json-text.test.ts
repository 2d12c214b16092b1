import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { formatJson, JsonText, jsonObject, jsonObjectText, jsonText, rememberSource } from './json-text.ts';

describe('formatJson', () => {
  it.each<[string, unknown]>([
    ['an object', { a: 1, b: [true, null, 'x"\u2028'], c: { d: {} } }],
    ['what is undefined', { a: undefined, b: [undefined, 1] }],
    ['a time', { at: new Date(0) }],
    ['a name of any characters', { 'a"\n': 1 }],
    ['a text', 'é'],
    ['null', null],
  ])('writes %s as JSON.stringify does', (_, value) => {
    expect(formatJson(value)).toBe(JSON.stringify(value));
  });

  it('leaves text of others as it is, wherever it stands', () => {
    const data = new JsonText('{"b":1.0,"1":12345678901234567890,"b":"\\u0041"}');
    expect(formatJson({ list: [data], data })).toBe(`{"list":[${data.text}],"data":${data.text}}`);
  });
});

describe('jsonObject', () => {
  it('gives the text that the object was read from', () => {
    const value = { n: 1 };
    rememberSource(value, () => '{"n":1.00}');
    expect(v.parse(jsonObject, value)).toEqual(new JsonText('{"n":1.00}'));
  });

  it.each([[[]], [null], ['{}'], [1]])('refuses %j', (value) => {
    expect(v.is(jsonObject, value)).toBe(false);
  });
});

describe('jsonObjectText', () => {
  it('takes the text of an object, and counts its bytes', () => {
    expect(v.parse(jsonObjectText, '{"é":1}')).toEqual(jsonText({ é: 1 }));
    expect(jsonText({ é: 1 }).byteLength).toBe(8);
  });

  it.each(['', '[]', '1', 'null', '{', '{"a":}'])('refuses %j', (text) => {
    expect(v.is(jsonObjectText, text)).toBe(false);
  });
});
