import type { Environment } from './environment.ts';

/** The paths of values that are still the examples of this repository, such as `issuers.0.issuer`. */
export function findPlaceholders(environment: Partial<Environment>): readonly string[] {
  return placeholdersIn(environment, []);
}

function placeholdersIn(value: unknown, path: readonly string[]): readonly string[] {
  if (typeof value === 'string') return /example/i.test(value) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placeholdersIn(inner, [...path, key]));
}
