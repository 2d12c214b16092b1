import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64url, textFromBase64url, toBase64url } from './base64url.ts';

describe('base64url', () => {
  it('gives back every sequence of bytes, in an alphabet that is safe in URLs, keys and cookies', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toBase64url(bytes);
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(fromBase64url(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('gives back every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textFromBase64url(toBase64url(text))).toBe(text);
      }),
    );
  });

  it('accepts one spelling alone of each sequence of bytes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = fromBase64url(text);
        expect(bytes === undefined || toBase64url(bytes) === text).toBe(true);
      }),
    );
  });

  it.each(['QQ==', 'QQ=', 'Q Q', ' QQ', 'QQ\n', 'QR', 'Q', 'Q+', 'Q/', 'QQ.QQ', 'ü'])('refuses %j', (text) => {
    expect(fromBase64url(text)).toBeUndefined();
    expect(textFromBase64url(text)).toBeUndefined();
  });

  it('reads no text from bytes that are not UTF-8, and keeps a byte order mark', () => {
    expect(textFromBase64url(toBase64url(Uint8Array.of(0xc3, 0x28)))).toBeUndefined();
    expect(textFromBase64url(toBase64url('\ufeffa'))).toBe('\ufeffa');
  });
});
