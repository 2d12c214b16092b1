import fc from 'fast-check';

const BEFORE_SURROGATES = { min: 0, max: 0xd7ff };
const AFTER_SURROGATES = { min: 0xe000, max: 0x10ffff };

/**
 * Any code point but half a surrogate pair: `fc.string({ unit: CODE_POINT })`. It is fast-check's `'binary'` without its table of all of them,
 * which takes each test file a second.
 */
export const CODE_POINT: fc.Arbitrary<string> = fc
  .oneof(
    { weight: BEFORE_SURROGATES.max + 1, arbitrary: fc.integer(BEFORE_SURROGATES) },
    { weight: AFTER_SURROGATES.max - AFTER_SURROGATES.min + 1, arbitrary: fc.integer(AFTER_SURROGATES) },
  )
  .map(
    (codePoint) => String.fromCodePoint(codePoint),
    (text) => {
      const codePoint = typeof text === 'string' ? text.codePointAt(0) : undefined;
      if (codePoint === undefined || text !== String.fromCodePoint(codePoint)) throw new Error('not one code point');
      return codePoint;
    },
  );
