import { type Expression, FOLDS, OPERATORS } from './expression.ts';

/**
 * The value of an expression in one period, given those of its ids. It is missing where an operand is, but for `FILL`, and `IF`, which
 * needs its condition and the side that it takes; and where it is no finite number, as after a division by zero.
 *
 * @param lookUp undefined where an id has no value in the period
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
 */
export function evaluateExpression(
  expression: Expression,
  lookUp: (id: string) => number | undefined,
): number | undefined {
  const value = (of: Expression) => evaluateExpression(of, lookUp);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'id':
      return lookUp(expression.id);
    case 'negative':
      return finite(([of]) => -of, [value(expression.of)]);
    case 'operation':
      return finite(
        ([left, right]) => OPERATORS[expression.operator](left, right),
        [value(expression.left), value(expression.right)],
      );
    case 'if': {
      const condition = value(expression.condition);
      if (condition === undefined) return undefined;
      return value(condition === 0 ? expression.whenFalse : expression.whenTrue);
    }
    case 'fill':
      return value(expression.of) ?? value(expression.filler);
    case 'fold':
      return finite((values) => FOLDS[expression.fold](values), expression.items.map(value));
  }
}

/** What is computed of values that are all there, if it is a number. */
function finite<V extends readonly (number | undefined)[]>(
  compute: (values: { [K in keyof V]: number }) => number,
  values: readonly [...V],
): number | undefined {
  if (values.includes(undefined)) return undefined;
  const computed = compute(values as { [K in keyof V]: number });
  return Number.isFinite(computed) ? computed : undefined;
}
