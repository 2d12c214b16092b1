import type { Environment } from './environment.ts';

/** Words of this repository's examples, and the account of AWS's own. */
const PLACEHOLDER = /example|^123456789012$/i;

/** The paths of values that are still the examples of this repository, such as `issuers.0.issuer`. */
export function findPlaceholders(environment: Partial<Environment>): readonly string[] {
  return placeholdersIn(environment, []);
}

function placeholdersIn(value: unknown, path: readonly string[]): readonly string[] {
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placeholdersIn(inner, [...path, key]));
}
