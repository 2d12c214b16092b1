import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTemplate, parseTemplate, TemplateError } from './expression.ts';

const identifier = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,12}$/);
const reference = fc.record({
  type: fc.stringMatching(/^aws_[a-z0-9_]{1,12}$/),
  name: identifier,
  steps: fc.array(fc.oneof(identifier, fc.nat(1000)), { minLength: 1, maxLength: 4 }),
});
const element = reference.chain(({ steps, ...named }) =>
  fc
    .record({ set: fc.array(identifier, { minLength: 1, maxLength: 2 }), index: fc.nat(1000) })
    .map(({ set, index }) => ({ ...named, steps: [...set, index, ...steps], toListAt: set.length })),
);
/** Literals without a trailing dollar, before which an escape or an expression would read differently. */
const literal = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\$$|%$|^\{/.test(text)),
  fc.constantFrom('${', 'a ${aws_a.b.c} d'),
);

describe('parseTemplate', () => {
  it('gives back every reference and literal it was written from', () => {
    const parts = fc
      .array(fc.oneof(reference, element, literal))
      .map((list) => list.filter((part, at) => typeof part !== 'string' || typeof list[at - 1] !== 'string'));
    fc.assert(
      fc.property(parts, (list) => {
        fc.pre(list.every((part) => typeof part !== 'string' || !/\$\$\{|%\{/.test(part)));
        expect(parseTemplate(formatTemplate(list))).toEqual(list);
      }),
    );
  });

  it('never passes an expression on as text', () => {
    const pieces = fc.constantFrom('${', '$${', '}', '$', '{', '%{', 'aws_a.b', '.c', '[0]', '["k"]', ' ', 'x');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
        const text = list.join('');
        try {
          const literals = parseTemplate(text).filter((part) => typeof part === 'string');
          const opened = literals.join('').split('${').length - 1;
          expect(text.split('$${').length - 1).toBe(opened);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
    );
  });

  it('reads an escaped expression as text', () => {
    expect(parseTemplate('a $${b} c')).toEqual(['a ${b} c']);
  });

  it('reads an element of a set, in both ways that an index is written', () => {
    const read = [{ type: 'aws_a', name: 'b', steps: ['c', 0, 'd'], toListAt: 1 }];
    expect(parseTemplate('${tolist(aws_a.b.c)[0].d}')).toEqual(read);
    expect(parseTemplate('${tolist(aws_a.b.c).0.d}')).toEqual(read);
  });

  it.each([
    ['a function', '${jsonencode(aws_a.b.c)}'],
    ['a whole set', '${tolist(aws_a.b.c)}'],
    ['a set of a set', '${tolist(tolist(aws_a.b.c)[0].d)[0].e}'],
    ['an index with half a bracket', '${tolist(aws_a.b.c).0].d}'],
    ['a conditional', '${true ? 1 : 2}'],
    ['a variable', '${var.region}'],
    ['a whole resource', '${aws_a.b}'],
    ['a splat', '${aws_a.b[*].c}'],
    ['a key', '${aws_a.b["c"]}'],
    ['white space', '${ aws_a.b.c }'],
    ['an unfinished expression', '${aws_a.b.c'],
    ['a nested expression', '${aws_a.b.${aws_c.d.e}}'],
    ['a directive', '%{ if true }a%{ endif }'],
    ['a dollar before an escape', '$$${a}'],
  ])('refuses %s', (_, text) => {
    expect(() => parseTemplate(text)).toThrow(TemplateError);
  });
});
