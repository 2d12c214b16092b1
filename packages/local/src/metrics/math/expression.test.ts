import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExpression } from './evaluate-expression.ts';
import { idsIn } from './expression.ts';
import { MathError, parseExpression } from './parse-expression.ts';

type Values = Readonly<Record<string, number | undefined>>;

function evaluate(text: string, values: Values = {}): number | undefined {
  return evaluateExpression(parseExpression(text), (id) => values[id]);
}

describe('metric math', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 - 3 - 2', 3],
    ['8 / 4 / 2', 1],
    ['-2 * -3', 6],
    ['1 + 1 > 1', 1],
    ['2 >= 2', 1],
    ['2 <= 1', 0],
    ['2 == 2', 1],
    ['2 != 2', 0],
    ['100 * a / (a + b)', 25],
    ['IF(a > 1, 7, 8)', 8],
    ['IF(a + b > 3, 100 * a / (a + b), 0)', 25],
    ['SUM([a, b, 0.5])', 4.5],
    ['MAX([a, b])', 3],
    ['MIN([a, b])', 1],
    ['FILL(a, 9)', 1],
    ['FILL(none, 9)', 9],
    ['FILL(none, a)', 1],
    ['FILL(none, 0) + b', 3],
  ])('computes %s', (text, expected) => {
    expect(evaluate(text, { a: 1, b: 3 })).toBe(expected);
  });

  it.each([
    'none',
    'none + 1',
    '1 - none',
    '-none',
    'SUM([1, none])',
    'IF(none, 1, 2)',
    'IF(1, none, 2)',
    'FILL(none, none)',
    '1 / 0',
    '0 / 0',
  ])('has no value for %s', (text) => {
    expect(evaluate(text)).toBeUndefined();
  });

  it('needs only the side that a condition takes', () => {
    expect(evaluate('IF(total > 0, failed / total, 0)', { total: 0 })).toBe(0);
  });

  it.each([
    '',
    'm1 +',
    'm1 m2',
    '2m1',
    '1.2.3',
    'M1',
    '(m1',
    'm1)',
    '[m1]',
    'm1 ^ 2',
    'm1 && m2',
    'RATE(m1)',
    'constructor(m1)',
    'ANOMALY_DETECTION_BAND(m1, 2)',
    "SEARCH('{AWS/Lambda} Errors', 'Sum')",
    'SUM(METRICS())',
    'SUM(m1)',
    'SUM([])',
    'IF(m1, 1)',
    'IF(m1, 1, 2, 3)',
    'FILL(m1, REPEAT)',
    'FILL(m1)',
    `${'('.repeat(60)}m1${')'.repeat(60)}`,
    `m1${' + m1'.repeat(500)}`,
  ])('refuses %s', (text) => {
    expect(() => parseExpression(text)).toThrow(MathError);
  });

  it('says in its refusal what it was', () => {
    expect(() => parseExpression('RATE(m1)')).toThrow(/"RATE\(m1\)".*there is no function RATE/);
  });

  it('knows the ids that an expression names', () => {
    expect([...idsIn(parseExpression('IF(a > b, FILL(c, 0), SUM([a, -d]))'))].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('computes like JavaScript, whatever is nested in what', () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.nat(99).map(String),
        fc.constantFrom('a', 'b'),
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*'), tie('expression'))
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      ),
    }));
    fc.assert(
      fc.property(expression, fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }), (text, a, b) => {
        const expected: unknown = new Function('a', 'b', `return ${text}`)(a, b);
        expect(evaluate(text, { a, b })).toBeCloseTo(Number(expected));
      }),
    );
  });

  it('either understands a text or refuses it, and never anything else', () => {
    const word = fc.constantFrom(
      'm1',
      'SUM',
      'IF',
      'FILL',
      '(',
      ')',
      '[',
      ']',
      ',',
      '+',
      '-',
      '>',
      '=',
      '1',
      '.',
      ' ',
      '"',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        try {
          evaluateExpression(parseExpression(words.join('')), () => 1);
        } catch (error) {
          expect(error).toBeInstanceOf(MathError);
        }
      }),
    );
  });
});
