import type { Condition } from './policy.ts';

/**
 * Only these partition keys (`*` and `?` are patterns). `Null` closes the hole of `ForAllValues`, which is true of a
 * request that names no key at all.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function partitionKeys(...patterns: readonly string[]): Condition {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

/**
 * Only these attributes, whatever the item holds: a read has to name those it wants, its key and what it filters by included.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function readAttributes(attributes: readonly string[]): Condition {
  return {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    Null: { 'dynamodb:Attributes': 'false' },
  };
}

/** Of these partitions alone, the same. */
export function partitionKeysAndReadAttributes(patterns: readonly string[], attributes: readonly string[]): Condition {
  const [keys, read] = [partitionKeys(...patterns), readAttributes(attributes)];
  return { ...keys, ...read, Null: { ...keys.Null, ...read.Null } };
}

/**
 * Only these partition keys, and no other attribute in keys, updates, conditions or projections. Nothing is returned
 * either, unless that is said: `ReturnValues` could show the whole item. `UPDATED_OLD` shows what the update names.
 */
export function partitionKeysAndAttributes(
  patterns: readonly string[],
  attributes: readonly string[],
  returned: 'NONE' | readonly ['NONE', 'UPDATED_OLD'] = 'NONE',
): Condition {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': returned },
    Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
  };
}
