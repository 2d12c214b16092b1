import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toBase64url } from './base64url.ts';
import { InvalidCursorError, openCursor, sealCursor } from './cursor.ts';

const scope = fc.string({ maxLength: 300, unit: 'binary' }).filter((text) => text.isWellFormed());
const position = fc.string({ maxLength: 250, unit: 'binary' }).filter((text) => text.isWellFormed());

describe('a cursor', () => {
  it('opens to its position for the scope that it was made for', () => {
    fc.assert(
      fc.property(scope, position, (one, at) => {
        expect(openCursor(one, sealCursor(one, at))).toBe(at);
      }),
    );
  });

  it('opens for no other scope', () => {
    fc.assert(
      fc.property(scope, scope, position, (one, other, at) => {
        fc.pre(one !== other);
        expect(() => openCursor(other, sealCursor(one, at))).toThrow(InvalidCursorError);
      }),
    );
  });

  it('does not open where the end of its scope was moved into its position', () => {
    expect(() => openCursor('list:ann', sealCursor('list:', 'ann'))).toThrow(InvalidCursorError);
  });

  it('does not open after any edit by hand', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. é'];
    fc.assert(
      fc.property(position, fc.nat(), fc.constantFrom('', ...alphabet), fc.boolean(), (at, index, typed, replaces) => {
        const cursor = sealCursor('list', at);
        const place = index % cursor.length;
        const edited = cursor.slice(0, place) + typed + cursor.slice(place + (replaces ? 1 : 0));
        fc.pre(edited !== cursor);
        expect(() => openCursor('list', edited)).toThrow(InvalidCursorError);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a bare position', toBase64url('somewhere')],
    ['another format', toBase64url(Buffer.concat([Buffer.of(2), Buffer.alloc(20)]))],
    ['text without end', 'A'.repeat(10_000_000)],
  ])('is not %s', (_, text) => {
    expect(() => openCursor('list', text)).toThrow(
      expect.objectContaining({ code: 'INVALID_CURSOR', field: 'cursor' }),
    );
  });

  it('stays short', () => {
    expect(sealCursor('list', 'é'.repeat(512)).length).toBeLessThan(1400);
    expect(() => sealCursor('list', 'é'.repeat(513))).toThrow(RangeError);
  });
});
