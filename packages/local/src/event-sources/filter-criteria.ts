import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { blocksOf } from '../stack/parse-arguments.ts';

/** Whether a record goes to the function. */
export type RecordFilter = (record: unknown) => boolean;

/** More are refused by Lambda. */
const MOST_FILTERS = 5;

/** The block `filter_criteria` of a mapping. */
export const filterCriteriaSchema = blocksOf(
  v.strictObject({ filter: blocksOf(v.strictObject({ pattern: v.string() })) }),
);

/**
 * True for a record that one of the patterns matches, and for every record where there is none.
 *
 * @throws StackError for what Lambda refuses, for a pattern on anything but the key `dynamodb`, and for a comparison that is not
 * known here: it knows `prefix`, `exists` and equal texts
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
export function parseFilters(path: string, patterns: readonly string[]): RecordFilter {
  if (patterns.length === 0) return () => true;
  if (patterns.length > MOST_FILTERS) throw new StackError(path, `Lambda takes ${MOST_FILTERS} filters at most`);
  const filters = patterns.map((pattern, index) => parsePattern(`${path}.${index}`, pattern));
  return (record) => filters.some((matches) => matches(record));
}

function parsePattern(path: string, text: string): RecordFilter {
  const pattern = parseJson(path, text);
  if (!isNode(pattern) || Object.keys(pattern).join() !== 'dynamodb') {
    throw new StackError(path, 'a stream is filtered by the key dynamodb of its records alone');
  }
  return parseNode(path, pattern);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StackError(path, 'is no JSON', { cause });
  }
}

/** Every key of a node must match; a list matches when one of its comparisons does. */
function parseNode(path: string, pattern: unknown): RecordFilter {
  if (Array.isArray(pattern) && pattern.length > 0) {
    const comparisons = pattern.map((comparison) => parseComparison(path, comparison));
    return (value) => comparisons.some((matches) => matches(value));
  }
  if (!isNode(pattern) || Object.keys(pattern).length === 0) throw new StackError(path, 'must be a list, or keys');
  const keys = Object.entries(pattern).map(([key, inner]) => [key, parseNode(`${path}.${key}`, inner)] as const);
  return (value) => keys.every(([key, matches]) => matches(isNode(value) ? value[key] : undefined));
}

function parseComparison(path: string, comparison: unknown): RecordFilter {
  if (typeof comparison === 'string') return (value) => value === comparison;
  const [[operator, operand] = [], ...others] = isNode(comparison) ? Object.entries(comparison) : [];
  if (others.length === 0 && operator === 'prefix' && typeof operand === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(operand);
  }
  // What has keys of its own is not there for it: it looks at leaves alone.
  if (others.length === 0 && operator === 'exists' && typeof operand === 'boolean') {
    return (value) => (value !== undefined && !isNode(value)) === operand;
  }
  throw new StackError(path, `the comparison ${JSON.stringify(comparison)} is not known here`);
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
