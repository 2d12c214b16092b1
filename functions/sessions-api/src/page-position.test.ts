import { describe, expect, it } from '@jest/globals';
import { formatPosition, parsePosition } from './lists.ts';

describe('a place in a list of sessions', () => {
  it.each(['AAAAAAAAAAAAAAAAAAAA-_', '', 'of.another form\n'])('comes back as it was, under the id %j', (id) => {
    const position = { createdAt: 1_780_000_000, id };
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each(['', '1', '.a', '-1.a', 'x.a', `1.${'a'.repeat(1025)}`])(
    'is not %j, even where the cursor is sealed',
    (text) => {
      expect(() => parsePosition(text)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }));
    },
  );
});
