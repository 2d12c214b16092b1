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
 * Only these partition keys, and no other attribute in keys, updates, conditions or projections. Nothing is returned
 * either: `ReturnValues` could show the whole item.
 */
export function partitionKeysAndAttributes(patterns: readonly string[], attributes: readonly string[]): Condition {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
    Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
  };
}
