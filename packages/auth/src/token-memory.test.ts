import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTokenMemory } from './token-memory.ts';

const bounds = { maxTokens: 3, maxCharacters: 100 };
const digests = ['a', 'b', 'c', 'd', 'e'];
/** Those that are remembered, asked for in the order of their names. */
const heldBy = (memory: { get(digest: string): unknown }) =>
  digests.filter((digest) => memory.get(digest) !== undefined);

describe('a memory of tokens', () => {
  it('gives back what was put last under a digest, and nothing else', () => {
    const memory = createTokenMemory<number>(bounds);
    memory.put('a', 1, 10);
    memory.put('a', 2, 10);
    expect([memory.get('a'), memory.get('b')]).toEqual([2, undefined]);
    memory.forget('a');
    memory.forget('b');
    expect(memory.get('a')).toBeUndefined();
  });

  it('lets go of the one that was used longest ago', () => {
    const memory = createTokenMemory<number>(bounds);
    for (const digest of ['a', 'b', 'c']) memory.put(digest, 1, 10);
    memory.get('a');
    memory.put('d', 1, 10);
    expect(heldBy(memory)).toEqual(['a', 'c', 'd']);
  });

  it('lets go of as many as a large one needs, and of one that is too large alone', () => {
    const memory = createTokenMemory<number>(bounds);
    for (const digest of ['a', 'b', 'c']) memory.put(digest, 1, 30);
    memory.put('d', 1, 50);
    expect(heldBy(memory)).toEqual(['c', 'd']);
    memory.put('e', 1, 101);
    expect(heldBy(memory)).toEqual([]);
  });

  it('is never larger than its bounds, and holds all that fits, the ones used last', () => {
    const use = fc.record({
      what: fc.constantFrom('get', 'put', 'put', 'put', 'forget'),
      digest: fc.constantFrom(...digests),
      characters: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 40 }), (uses) => {
        const memory = createTokenMemory<number>(bounds);
        let model: { digest: string; characters: number }[] = [];
        for (const { what, digest, characters } of uses) {
          const known = model.find((token) => token.digest === digest);
          if (what === 'put' || (what === 'get' && known)) {
            model = [
              ...model.filter((token) => token !== known),
              what === 'get' && known ? known : { digest, characters },
            ];
          }
          if (what === 'forget') model = model.filter((token) => token !== known);
          const weight = () => model.reduce((sum, token) => sum + token.characters, 0);
          while (model.length > bounds.maxTokens || weight() > bounds.maxCharacters) model.shift();
          if (what === 'get') expect(memory.get(digest)).toBe(known?.characters);
          else if (what === 'put') memory.put(digest, characters, characters);
          else memory.forget(digest);
        }
        for (const { digest, characters } of model) expect(memory.get(digest)).toBe(characters);
        expect(heldBy(memory)).toHaveLength(model.length);
      }),
    );
  });

  it('has bounds by itself: a thousand tokens, and a million characters of them', () => {
    const memory = createTokenMemory<number>();
    const put = (count: number, characters: number) => {
      for (let index = 0; index < count; index += 1) memory.put(String(index), index, characters);
      return Array.from({ length: count }, (_, index) => memory.get(String(index))).filter(
        (value) => value !== undefined,
      );
    };
    expect(put(3000, 100)).toHaveLength(1000);
    expect(put(3000, 10_240)).toHaveLength(102);
  });
});
