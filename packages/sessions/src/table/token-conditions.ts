/* The clauses that guard changes of the provider's tokens of a ticket. */

/** The lease of the tokens is still the one that was taken. */
export const LEASED = 'lease_id = :lease_id';

/** Nobody is about to refresh the tokens at `:now_ms`, whether there are any or not. */
export const UNLEASED = '(attribute_not_exists(lease_id) OR lease_until_ms <= :now_ms)';

/** There are tokens, and nobody is about to refresh them at `:now_ms`. */
export const FREE_TOKENS = `attribute_exists(sealed) AND ${UNLEASED}`;
