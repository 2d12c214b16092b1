import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODE_POINT } from './code-points.ts';

const ENDS = [0, 0xd7ff, 0xe000, 0x10ffff];

it('is one code point of any plane, and never half a surrogate pair', () => {
  const drawn = fc.sample(CODE_POINT, 2000).map((text) => {
    const [codePoint = -1, ...others] = [...text].map((point) => point.codePointAt(0));
    expect(others).toEqual([]);
    expect(text.isWellFormed()).toBe(true);
    return codePoint >> 16;
  });
  expect(new Set(drawn).size).toBe(17);
});

it('makes the texts that are names of something in JavaScript too', () => {
  const names = fc.sample(fc.string({ unit: CODE_POINT, size: 'max', maxLength: 20 }), 5000);
  expect(names.filter((name) => /__proto__|constructor|toString|valueOf/.test(name)).length).toBeGreaterThan(0);
});

it.each(ENDS)('can be told from its text, which shrinking asks for: %i', (codePoint) => {
  expect(CODE_POINT.canShrinkWithoutContext(String.fromCodePoint(codePoint))).toBe(true);
  expect(CODE_POINT.canShrinkWithoutContext(String.fromCodePoint(codePoint).repeat(2))).toBe(false);
});
