import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidv7, uuidv7Ms } from './uuidv7.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const tail = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('a UUIDv7', () => {
  it('has the form of RFC 9562 and gives back its time', () => {
    fc.assert(
      fc.property(time, tail, (ms, bytes) => {
        const id = uuidv7(ms, bytes);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(uuidv7Ms(id)).toBe(ms);
      }),
    );
  });

  it('sorts as text by its time', () => {
    fc.assert(
      fc.property(time, time, tail, tail, (a, b, tailA, tailB) => {
        fc.pre(a < b);
        expect(uuidv7(a, tailA) < uuidv7(b, tailB)).toBe(true);
      }),
    );
  });

  it('is the example of RFC 9562, appendix A.6', () => {
    const bytes = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidv7(0x017f22e279b0, bytes)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('is derived alike from the same bytes, and drawn anew without', () => {
    expect(uuidv7(1, new Uint8Array(32))).toBe('00000000-0001-7000-8000-000000000000');
    expect(uuidv7(1)).not.toBe(uuidv7(1));
  });

  it.each([
    '',
    '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
    '017f22e2-79b0-4cc3-98c4-dc0c0c07398f',
    '017f22e2-79b0-7cc3-18c4-dc0c0c07398f',
    '017f22e279b07cc398c4dc0c0c07398f',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n',
    '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}',
  ])('is not %j', (text) => {
    expect(uuidv7Ms(text)).toBeUndefined();
  });
});
