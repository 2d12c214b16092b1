import { describe, expect, it } from '@jest/globals';
import { isFormType, isJsonType } from './media-type.ts';

describe('isJsonType', () => {
  it.each([
    'application/json',
    'Application/JSON',
    ' application/json ',
    'application/json;',
    'application/json ; ',
    'application/json;;charset=utf-8;',
    'application/json; charset=utf8',
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; CHARSET=utf-8',
    'application/json; profile="a, \\"b\\"; c"',
    'application/json; version=1; charset=utf-8',
    'application/json; charset=utf-8; boundary=x',
  ])('takes %j', (type) => {
    expect(isJsonType(type)).toBe(true);
  });

  it.each([
    '',
    'json',
    'text/plain',
    'application/jsonp',
    'application/json; charset=latin1',
    'application/json; charset="utf-16"',
    'application/json; charset',
    'application/json; charset =utf-8',
    'application/json charset=utf-8',
    'application/json, application/json',
    'application/json; a=b, text/plain',
    'application/json; a="b',
    'application/json; =utf-8',
    'application/x-www-form-urlencoded',
  ])('refuses %j', (type) => {
    expect(isJsonType(type)).toBe(false);
  });

  it('is quick with what nobody sends', () => {
    expect(isJsonType(`application/json;${' ;\t'.repeat(3000)}=`)).toBe(false);
  });
});

describe('isFormType', () => {
  it('takes the fields of a form, and neither files nor JSON', () => {
    const type = 'application/x-www-form-urlencoded';
    for (const one of [type, `${type}; charset=UTF-8`, type.toUpperCase()])
      expect([one, isFormType(one)]).toEqual([one, true]);
    const others = [
      'multipart/form-data; boundary=x',
      'application/json',
      `${type}, ${type}`,
      `${type}; charset=latin1`,
      '',
    ];
    for (const one of others) expect([one, isFormType(one)]).toEqual([one, false]);
  });
});
