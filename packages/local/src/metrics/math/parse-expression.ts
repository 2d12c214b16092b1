import { type Expression, FOLDS, type Fold, type Operator } from './expression.ts';

/** A metric math expression is not understood here. */
export class MathError extends Error {
  override readonly name = 'MathError';
}

/** CloudWatch's own limit. */
const MAX_LENGTH = 2048;
/** Deep enough for anything a person writes. */
const MAX_DEPTH = 50;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(==|!=|<=|>=|[-+*/<>(),[\]]))/y;
const ID = /^[a-z]\w*$/;
/** What binds closest stands last. */
const LEVELS: readonly (readonly Operator[])[] = [
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];

/**
 * The part of CloudWatch's metric math that is evaluated here: ids, numbers, `+ - * /`, comparisons, parentheses, `IF(condition, a, b)`,
 * `FILL(metric, a)`, and `SUM`, `MAX`, `MIN` of a list in brackets.
 *
 * @throws MathError with the expression, for anything else
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
 */
export function parseExpression(text: string): Expression {
  const refuse = (problem: string): never => {
    throw new MathError(`the metric math ${JSON.stringify(text)} is not understood here: ${problem}`);
  };
  if (text.length > MAX_LENGTH) return refuse(`it has more than ${MAX_LENGTH} characters`);
  const tokens = tokensOf(text) ?? refuse('it has a character that no expression has');
  const reader = { tokens, at: 0, depth: 0, refuse };
  const expression = operation(reader, 0);
  const left = peek(reader);
  return left === undefined ? expression : refuse(`there is more after its end, from ${left} on`);
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  refuse(problem: string): never;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (const end = text.trimEnd().length; TOKEN.lastIndex < end; ) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    tokens.push(match[0].trim());
  }
  return tokens;
}

function peek({ tokens, at }: Reader): string | undefined {
  return tokens[at];
}

function take(reader: Reader): string | undefined {
  const token = peek(reader);
  reader.at += 1;
  return token;
}

function expect(reader: Reader, wanted: string): void {
  const found = take(reader);
  if (found !== wanted) reader.refuse(`${wanted} is missing before ${found ?? 'its end'}`);
}

function operation(reader: Reader, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return unary(reader);
  let left = operation(reader, level + 1);
  for (;;) {
    const operator = operators.find((one) => one === peek(reader));
    if (operator === undefined) return left;
    take(reader);
    left = { kind: 'operation', operator, left, right: operation(reader, level + 1) };
  }
}

function unary(reader: Reader): Expression {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) reader.refuse('it is nested too deep');
  const found = peek(reader) === '-' ? negative(reader) : operand(reader);
  reader.depth -= 1;
  return found;
}

function negative(reader: Reader): Expression {
  take(reader);
  return { kind: 'negative', of: unary(reader) };
}

function operand(reader: Reader): Expression {
  const token = take(reader);
  if (token === undefined) return reader.refuse('it ends too early');
  if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
  if (token === '(') {
    const inner = operation(reader, 0);
    expect(reader, ')');
    return inner;
  }
  if (peek(reader) === '(') return call(reader, token);
  return ID.test(token) ? { kind: 'id', id: token } : reader.refuse(`${token} is no id`);
}

function call(reader: Reader, name: string): Expression {
  take(reader);
  if (Object.hasOwn(FOLDS, name)) return fold(reader, name as Fold);
  if (name !== 'IF' && name !== 'FILL') return reader.refuse(`there is no function ${name}`);
  const [first, second, third, ...more] = operands(reader, ')');
  if (name === 'FILL' && first && second && third === undefined) return { kind: 'fill', of: first, filler: second };
  if (name === 'IF' && first && second && third && more.length === 0) {
    return { kind: 'if', condition: first, whenTrue: second, whenFalse: third };
  }
  return reader.refuse(`${name} takes ${name === 'IF' ? 'three' : 'two'} operands`);
}

function fold(reader: Reader, name: Fold): Expression {
  if (peek(reader) !== '[') return reader.refuse(`${name} takes a list, ${name}([m1, m2])`);
  take(reader);
  const items = operands(reader, ']');
  expect(reader, ')');
  return { kind: 'fold', fold: name, items };
}

/** Operands with commas between, up to the sign that ends them. */
function operands(reader: Reader, end: ')' | ']'): Expression[] {
  const found = [operation(reader, 0)];
  while (peek(reader) === ',') {
    take(reader);
    found.push(operation(reader, 0));
  }
  expect(reader, end);
  return found;
}
