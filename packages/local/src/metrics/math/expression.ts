/** A metric math expression, as far as it is evaluated here. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: 'fill'; readonly of: Expression; readonly filler: Expression }
  | { readonly kind: 'fold'; readonly fold: Fold; readonly items: readonly Expression[] };

type Compute = (left: number, right: number) => number;

/** Comparisons are 1 or 0. */
export const OPERATORS = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
} as const satisfies Readonly<Record<string, Compute>>;
export type Operator = keyof typeof OPERATORS;

/** What makes one number of a list. */
export const FOLDS = {
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
} as const satisfies Readonly<Record<string, (values: readonly number[]) => number>>;
export type Fold = keyof typeof FOLDS;

/** The ids that an expression names, each once. */
export function idsIn(expression: Expression): ReadonlySet<string> {
  switch (expression.kind) {
    case 'number':
      return new Set();
    case 'id':
      return new Set([expression.id]);
    case 'negative':
      return idsIn(expression.of);
    case 'operation':
      return idsInAll([expression.left, expression.right]);
    case 'if':
      return idsInAll([expression.condition, expression.whenTrue, expression.whenFalse]);
    case 'fill':
      return idsInAll([expression.of, expression.filler]);
    case 'fold':
      return idsInAll(expression.items);
  }
}

function idsInAll(expressions: readonly Expression[]): ReadonlySet<string> {
  return new Set(expressions.flatMap((expression) => [...idsIn(expression)]));
}
