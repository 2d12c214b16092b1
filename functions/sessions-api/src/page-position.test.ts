import { describe, expect, it } from '@jest/globals';
import { formatPosition, parsePosition } from './page-position.ts';

describe('a place in a list of sessions', () => {
  it('comes back as it was', () => {
    const position = { createdAt: 1_780_000_000, id: 'AAAAAAAAAAAAAAAAAAAA-_' };
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each(['', '1', '1.', '.a', '1.a.b', '-1.a', '1.a b'])('is not %j, even where the cursor is sealed', (text) => {
    expect(() => parsePosition(text)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }));
  });
});
