/**
 * Part of an update of a user's item: goes up without reading it, so no number of creations can prevent that. Needs `:zero` and `:one`.
 */
export const NEXT_VERSION = 'version = if_not_exists(version, :zero) + :one';
