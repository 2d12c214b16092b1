/**
 * The blocks of an argument as a list: in Terraform's JSON a single block may be an object or a list of one,
 * repeated ones are a list, an absent one is missing.
 */
export function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Record<string, unknown>];
}
