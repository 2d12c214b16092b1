import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** What an expression is read with: the item, and what its names and values stand for. */
export interface Scope {
  readonly item: Item;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

type Value = AttributeValue | undefined;

const TOKEN = /\s*(<>|<=|>=|[=<>(),+]|[#:]?[A-Za-z_]\w*)/y;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Whether a condition, key condition or filter holds. Of DynamoDB's grammar it knows AND, OR, NOT, BETWEEN, the comparisons
 * of strings and numbers, attribute_exists, attribute_not_exists and begins_with; anything else is an error.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function holds(expression: string | undefined, scope: Scope): boolean {
  if (expression === undefined) return true;
  const reader = new Reader(expression, scope);
  const result = reader.or();
  reader.expectEnd();
  return result;
}

/** The item after an update expression: SET of values, sums and if_not_exists, and REMOVE. The given one stays as it is. */
export function updated(expression: string, scope: Scope): Item {
  const reader = new Reader(expression, scope);
  const item = { ...scope.item };
  while (!reader.isAtEnd()) {
    const clause = reader.next();
    if (clause !== 'SET' && clause !== 'REMOVE') throw new Error(`unknown clause ${clause} in ${expression}`);
    do {
      const name = reader.name();
      if (clause === 'REMOVE') delete item[name];
      else item[name] = reader.assignment();
    } while (reader.take(','));
  }
  return item;
}

class Reader {
  private readonly expression: string;
  private readonly tokens: string[] = [];
  private readonly scope: Scope;

  constructor(expression: string, scope: Scope) {
    this.expression = expression;
    this.scope = scope;
    const text = expression.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw new Error(`cannot read the expression ${expression}`);
      this.tokens.push(token);
    }
  }

  or(): boolean {
    let result = this.and();
    while (this.take('OR')) result = this.and() || result;
    return result;
  }

  assignment(): AttributeValue {
    this.expect('=');
    let value = this.operand();
    while (this.take('+')) value = { N: String(Number(value?.N) + Number(this.operand()?.N)) };
    if (value === undefined) throw new Error(`nothing to assign in ${this.expression}`);
    return value;
  }

  /** An attribute's name, where it is not a value that is wanted. */
  name(): string {
    const token = this.next();
    return token.startsWith('#') ? required(this.scope.names[token], token) : token;
  }

  next(): string {
    return required(this.tokens.shift(), `more of ${this.expression}`);
  }

  take(token: string): boolean {
    if (this.tokens[0] !== token) return false;
    this.tokens.shift();
    return true;
  }

  isAtEnd(): boolean {
    return this.tokens.length === 0;
  }

  expectEnd(): void {
    if (!this.isAtEnd()) throw new Error(`unexpected ${this.tokens[0]} in ${this.expression}`);
  }

  private and(): boolean {
    let result = this.not();
    while (this.take('AND')) result = this.not() && result;
    return result;
  }

  private not(): boolean {
    return this.take('NOT') ? !this.not() : this.primary();
  }

  private primary(): boolean {
    if (this.take('(')) return this.closed(this.or());
    if (this.take('attribute_exists')) return this.attribute() !== undefined;
    if (this.take('attribute_not_exists')) return this.attribute() === undefined;
    if (this.take('begins_with')) return this.beginsWith();
    const left = this.operand();
    if (this.take('BETWEEN')) {
      const from = this.operand();
      this.expect('AND');
      const to = this.operand();
      return compare(left, '>=', from) && compare(left, '<=', to);
    }
    return compare(left, this.next(), this.operand());
  }

  private attribute(): Value {
    this.expect('(');
    return this.closed(this.scope.item[this.name()]);
  }

  private beginsWith(): boolean {
    this.expect('(');
    const text = this.operand();
    this.expect(',');
    const prefix = required(this.operand()?.S, 'a prefix');
    return this.closed(text?.S?.startsWith(prefix) === true);
  }

  private operand(): Value {
    if (this.take('if_not_exists')) {
      this.expect('(');
      const present = this.operand();
      this.expect(',');
      const otherwise = this.operand();
      return this.closed(present ?? otherwise);
    }
    if (this.tokens[0]?.startsWith(':') !== true) return this.scope.item[this.name()];
    const token = this.next();
    return required(this.scope.values[token], token);
  }

  private closed<T>(value: T): T {
    this.expect(')');
    return value;
  }

  private expect(token: string): void {
    if (this.take(token)) return;
    throw new Error(`expected ${token}, not ${this.tokens[0]}, in ${this.expression}`);
  }
}

/** A comparison with what is not there, or is of another type, is false. */
function compare(left: Value, operator: string, right: Value): boolean {
  const isTrue = required(COMPARISONS[operator], `the operator ${operator}`);
  if (left?.N !== undefined && right?.N !== undefined) return isTrue(Number(left.N) - Number(right.N));
  if (left?.S !== undefined && right?.S !== undefined) return isTrue(Buffer.compare(utf8(left.S), utf8(right.S)));
  return false;
}

const utf8 = (text: string) => Buffer.from(text);

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}
