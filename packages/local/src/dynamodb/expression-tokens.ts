import { validationError } from '../base/aws-error.ts';

/** A piece of an expression: the name of an attribute (resolved), a placeholder of a value, or a sign. */
export interface ExpressionToken {
  readonly kind: 'name' | 'value' | 'other';
  readonly text: string;
}

/** Their names are reserved: no attribute has one of these without a placeholder. */
const OPERATORS = /^(?:and|or|not|between|in)$/i;
const FUNCTIONS =
  /^(?:attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|size|if_not_exists|list_append)$/;
/** Begin a part of an update. `remove` is no reserved word, but what follows says that it is not a name. */
const CLAUSES = /^(?:set|remove|add|delete)$/i;
const PIECE = /\s*(?:(:\w+)|(#\w+)|([A-Za-z_]\w*)|(\d+|<>|<=|>=|[.,()[\]=<>+-]))\s*/y;

interface Piece {
  readonly value: string | undefined;
  readonly placeholder: string | undefined;
  readonly word: string | undefined;
  readonly sign: string | undefined;
}

/**
 * The pieces of an expression in their order, names of attributes resolved and without what is inside of them: of `a.b[0]` it
 * is `a`.
 *
 * @throws AwsError for anything that is not understood: what it names would not be known
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
export function expressionTokens(
  expression: string,
  names: Readonly<Record<string, string>>,
): readonly ExpressionToken[] {
  const pieces = piecesOf(expression);
  return pieces.map(({ value, placeholder, word, sign }, at): ExpressionToken => {
    if (value !== undefined) return { kind: 'value', text: value };
    if (sign !== undefined) return { kind: 'other', text: sign };
    if (pieces[at - 1]?.sign === '.') return { kind: 'other', text: '' };
    if (placeholder !== undefined) return { kind: 'name', text: resolved(placeholder, names) };
    return { kind: isName(word ?? '', pieces[at + 1]) ? 'name' : 'other', text: word ?? '' };
  });
}

/** Code has few expressions, and sends them again and again. */
const seen = new Map<string, readonly Piece[]>();
const MAX_SEEN = 1000;

function piecesOf(expression: string): readonly Piece[] {
  const known = seen.get(expression);
  if (known !== undefined) return known;
  const pieces = split(expression);
  if (seen.size >= MAX_SEEN) seen.clear();
  seen.set(expression, pieces);
  return pieces;
}

function split(expression: string): readonly Piece[] {
  const pieces: Piece[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < expression.length) {
    const from = PIECE.lastIndex;
    const match = PIECE.exec(expression);
    if (match === null)
      throw validationError(
        `the expression is not understood here, from ${JSON.stringify(expression.slice(from, from + 20))} on`,
      );
    const [, value, placeholder, word, sign] = match;
    pieces.push({ value, placeholder, word, sign });
  }
  return pieces;
}

function resolved(placeholder: string, names: Readonly<Record<string, string>>): string {
  const name = Object.hasOwn(names, placeholder) ? names[placeholder] : undefined;
  if (name === undefined) throw validationError(`an expression attribute name is not defined: ${placeholder}`);
  return name;
}

function isName(word: string, next: Piece | undefined): boolean {
  if (OPERATORS.test(word)) return false;
  if (next?.sign === '(' && FUNCTIONS.test(word)) return false;
  if (next?.sign === '(') throw validationError(`no function is known here by the name ${word}`);
  return !(CLAUSES.test(word) && beginsPath(next));
}

/** Where that cannot be told, a clause counts as a name: one too many is refused, one too few would not be. */
function beginsPath(next: Piece | undefined): boolean {
  if (next?.placeholder !== undefined) return true;
  return next?.word !== undefined && !OPERATORS.test(next.word) && !CLAUSES.test(next.word);
}
