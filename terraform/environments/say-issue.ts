import * as v from 'valibot';

/**
 * A problem with a value, in a sentence that names the field, for whoever has written it. Messages of our own are kept; of those that the
 * schema library makes up, an unknown field, a missing one, and another value are told in plainer words.
 */
export function sayIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (path !== null) return `${path}: ${problemOf(issue)}`;
  // What several fields together are told for names them itself.
  return isOfLibrary(issue) ? `environment: ${problemOf(issue)}` : issue.message;
}

const isOfLibrary = ({ message }: v.BaseIssue<unknown>) => message.startsWith('Invalid ');

function problemOf(issue: v.BaseIssue<unknown>): string {
  const { type, expected, received, message } = issue;
  if (!isOfLibrary(issue))
    return message.startsWith('must') && isPlainValue(received) ? `${message} (it is ${received})` : message;
  const isKey = type === 'strict_object' || type === 'object';
  if (isKey && expected === 'never') {
    return 'is no field here: look for its name and its place in docs/configuration.md';
  }
  if (isKey && received === 'undefined') return 'is missing: docs/configuration.md says what it is';
  if (expected === null) return message;
  if (received === 'undefined') return `is missing: it must be ${inWords(expected)}`;
  return type === 'min_length'
    ? `must have ${inWords(expected)} entries, and has ${received}`
    : `must be ${inWords(expected)}, and is ${received}`;
}

/** A text in quotation marks, or a number. */
const isPlainValue = (received: string) => /^["\d-]/.test(received);

const KINDS: Readonly<Record<string, string>> = {
  Array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  Object: 'an object',
  string: 'text',
};

/** `number`, `("a" | "b")` and `>=1`, as people say it. */
function inWords(expected: string): string {
  const one = expected.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ');
  return KINDS[one] ?? one.replace(/^>=/, 'at least ').replace(/^<=/, 'at most ');
}
