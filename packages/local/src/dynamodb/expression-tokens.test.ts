import { describe, expect, it } from '@jest/globals';
import { expressionTokens } from './expression-tokens.ts';

const NAMES = { '#a': 'alpha', '#b': 'b.with.dots', '#constructor': 'c' };
const namesIn = (expression: string) =>
  expressionTokens(expression, NAMES).flatMap(({ kind, text }) => (kind === 'name' ? [text] : []));

describe('the attributes of an expression', () => {
  it.each([
    ['a, #a ,b', ['a', 'alpha', 'b']],
    ['a.b[0].#a, #b[1].c', ['a', 'b.with.dots']],
    ['user_key = :u AND begins_with(item, :i)', ['user_key', 'item']],
    ['attribute_not_exists(#a) or not (size (b) between :x and :y)', ['alpha', 'b']],
    ['a IN (:x, :y, b) AND c <> :z and d<=e', ['a', 'b', 'c', 'd', 'e']],
    [
      'SET a = if_not_exists(b, :z) + c, #a = list_append(d, :l) REMOVE e, f[2]',
      ['a', 'b', 'c', 'alpha', 'd', 'e', 'f'],
    ],
    ['set a.#a = :x add n :one delete s :t', ['a', 'n', 's']],
    ['SET #k.#a = :x REMOVE #a', undefined],
    ['contains', ['contains']],
    // An attribute with the name of a clause: rather one too many.
    ['REMOVE remove, a', ['REMOVE', 'remove', 'a']],
    ['SET remove = :x', ['SET', 'remove']],
    ['SET a = remove REMOVE b', ['a', 'remove', 'b']],
    ['remove = :x AND set', ['remove', 'set']],
    ['remove between :x and :y', ['remove']],
  ])('%s', (expression, expected) => {
    if (expected === undefined) expect(() => namesIn(expression)).toThrow('#k');
    else expect(namesIn(expression)).toEqual(expected);
  });

  it.each([
    ['#z', 'not defined: #z'],
    ['#toString', 'not defined'],
    ['upper(a)', 'no function is known here by the name upper'],
    ['a = "b"', 'from "\\"b\\"" on'],
    ['a; b', 'from "; b" on'],
    ['é', 'not understood here'],
  ])('%s is refused', (expression, problem) => expect(() => namesIn(expression)).toThrow(problem));
});
