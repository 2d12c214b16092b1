import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64url, toBase64url } from './base64url.ts';
import { createCursors, InvalidCursorError } from './cursor.ts';

const scope = fc.string({ maxLength: 300, unit: CODE_POINT }).filter((text) => text.isWellFormed());
const position = fc.string({ maxLength: 250, unit: CODE_POINT }).filter((text) => text.isWellFormed());

const withKey = (byte: number) => createCursors(async () => Buffer.alloc(32, byte));
const { seal, open } = withKey(1);

describe('a cursor', () => {
  it('opens to its position for the scope that it was made for', async () => {
    await fc.assert(
      fc.asyncProperty(scope, position, async (one, at) => {
        expect(await open(one, await seal(one, at))).toBe(at);
      }),
    );
  });

  it('opens for no other scope', async () => {
    await fc.assert(
      fc.asyncProperty(scope, scope, position, async (one, other, at) => {
        fc.pre(one !== other);
        await expect(open(other, await seal(one, at))).rejects.toThrow(InvalidCursorError);
      }),
    );
  });

  it('does not open where the end of its scope was moved into its position', async () => {
    await expect(open('list:ann', await seal('list:', 'ann'))).rejects.toThrow(InvalidCursorError);
  });

  it('cannot be made without the key, whoever knows how', async () => {
    await expect(open('list', await withKey(2).seal('list', 'somewhere'))).rejects.toThrow(InvalidCursorError);
  });

  it('shows nothing of its position, and is another one each time', async () => {
    const cursors = await Promise.all(Array.from({ length: 50 }, () => seal('list', 'U#pool#ann@example.com')));
    expect(new Set(cursors).size).toBe(50);
    for (const cursor of cursors)
      expect(Buffer.from(fromBase64url(cursor) ?? '').toString('latin1')).not.toMatch(/ann/);
  });

  it('does not open after any edit by hand', async () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. é'];
    const edit = fc.constantFrom('', ...alphabet);
    await fc.assert(
      fc.asyncProperty(position, fc.nat(), edit, fc.boolean(), async (at, index, typed, replaces) => {
        const cursor = await seal('list', at);
        const place = index % cursor.length;
        const edited = cursor.slice(0, place) + typed + cursor.slice(place + (replaces ? 1 : 0));
        fc.pre(edited !== cursor);
        await expect(open('list', edited)).rejects.toThrow(InvalidCursorError);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a bare position', toBase64url('somewhere')],
    ['of the format of before', toBase64url(Buffer.concat([Buffer.of(1), Buffer.alloc(40)]))],
    ['too short for a tag', toBase64url(Buffer.concat([Buffer.of(2), Buffer.alloc(27)]))],
    ['text without end', 'A'.repeat(10_000_000)],
  ])('is not %s, and no key is asked for to say so', async (_, text) => {
    const cursors = createCursors(() => Promise.reject(new Error('asked')));
    await expect(cursors.open('list', text)).rejects.toMatchObject({ code: 'INVALID_CURSOR', field: 'cursor' });
  });

  it('may hold the longest key that DynamoDB has, and nothing longer', async () => {
    const longest = `${'é'.repeat(1024)}\n${'é'.repeat(512)}`;
    const cursor = await seal('list', longest);
    expect(cursor.length).toBeLessThan(4200);
    expect(await open('list', cursor)).toBe(longest);
    await expect(seal('list', `${longest}x`)).rejects.toThrow(RangeError);
  });
});

describe('the key', () => {
  it('is asked for once it is needed, and then no more', async () => {
    let asked = 0;
    const cursors = createCursors(async () => {
      asked += 1;
      return Buffer.alloc(32, asked);
    });
    expect(asked).toBe(0);
    const [one, two] = await Promise.all([cursors.seal('list', '1'), cursors.seal('list', '2')]);
    expect([await cursors.open('list', one), await cursors.open('list', two)]).toEqual(['1', '2']);
    expect(asked).toBe(1);
  });

  it('is asked for again when it could not be had', async () => {
    const answers = [Promise.reject(new Error('not there yet')), Promise.resolve(Buffer.alloc(32, 1))];
    answers.forEach((answer) => void answer.catch(() => undefined));
    const cursors = createCursors(() => answers.shift() ?? Promise.reject(new Error('asked too often')));
    await expect(cursors.seal('list', '1')).rejects.toThrow('not there yet');
    expect(await open('list', await cursors.seal('list', '1'))).toBe('1');
  });
});
