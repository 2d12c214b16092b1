import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { arnMatcher, globMatcher, type Matcher } from './patterns.ts';

/** What a request says of itself under the condition keys of IAM, in lower case. A key that is absent has no values. */
export type RequestContext = Readonly<Partial<Record<ContextKey, readonly string[]>>>;

/** Whether a request passes. */
export type ConditionTest = (context: RequestContext) => boolean;

/** Of a request there may be several values. The others have one at most. */
const SEVERAL_VALUES = ['dynamodb:attributes', 'dynamodb:leadingkeys'] as const;
const ONE_VALUE = [
  'aws:sourcevpc',
  'dynamodb:enclosingoperation',
  'dynamodb:returnvalues',
  'dynamodb:select',
  'kms:viaservice',
] as const;
type ContextKey = (typeof SEVERAL_VALUES)[number] | (typeof ONE_VALUE)[number];

const isKey = v.is.bind(undefined, v.picklist([...SEVERAL_VALUES, ...ONE_VALUE])) as (key: string) => key is ContextKey;

const anyOf =
  (matcherOf: (value: string) => Matcher) =>
  (values: readonly string[]): Matcher => {
    const matchers = values.map(matcherOf);
    return (text) => matchers.some((matches) => matches(text));
  };
/** Whether a value is one of those listed. */
const LISTED: Readonly<Record<string, (values: readonly string[]) => Matcher>> = {
  ArnEquals: anyOf(arnMatcher),
  ArnLike: anyOf(arnMatcher),
  StringEquals(values) {
    const all = new Set(values);
    return (text) => all.has(text);
  },
  StringLike: anyOf(globMatcher),
};
const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** The operators of a statement's condition, each with its keys. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * The tests of a condition: a request must pass each of them.
 *
 * - The values of one key are alternatives.
 * - `ForAllValues` holds when each value of the request is one of them, so of a request without the key, too; `Null` with `false`
 *   demands that the key is there.
 * - Without `IfExists` a request that has no such key does not pass.
 *
 * @param path where the condition stands, for errors
 * @throws StackError for an operator or a key that is not judged here: it would be taken for true
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-key-or-value-conditions.html
 */
export function parseConditions(block: ConditionBlock, path: string): readonly ConditionTest[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => parseTest({ operator, key, values }, `${path}.${operator}.${key}`)),
  );
}

interface Clause {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function parseTest({ operator, key: spelt, values }: Clause, path: string): ConditionTest {
  const key = spelt.toLowerCase();
  if (!isKey(key)) throw new StackError(path, 'requests are not judged by this key here');
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) throw new StackError(path, `variables of policies are not understood here: ${variable}`);
  if (operator === 'Null') return nullTest(key, values, path);
  const [, quantifier, base = '', ifExists] = OPERATOR.exec(operator) ?? [];
  const isListed = Object.hasOwn(LISTED, base) ? LISTED[base]?.(values) : undefined;
  if (isListed === undefined) throw new StackError(path, 'this operator is not understood here');
  if (quantifier === undefined && v.is(v.picklist(SEVERAL_VALUES), key)) {
    throw new StackError(path, 'a request has several values of this key: say ForAllValues or ForAnyValue');
  }
  const ofNone = ifExists !== undefined || quantifier === 'ForAllValues';
  return (context) => {
    const found = context[key] ?? [];
    if (found.length === 0) return ofNone;
    return quantifier === 'ForAllValues' ? found.every(isListed) : found.some(isListed);
  };
}

/** `false`: the key is there. `true`: it is not. */
function nullTest(key: ContextKey, values: readonly string[], path: string): ConditionTest {
  const [value] = values;
  if (values.length !== 1 || (value !== 'true' && value !== 'false'))
    throw new StackError(path, 'is neither true nor false');
  return (context) => ((context[key] ?? []).length === 0) === (value === 'true');
}
