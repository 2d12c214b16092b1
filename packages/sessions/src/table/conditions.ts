import type { EndedReason } from '../model/session.ts';

/*
 * The clauses of the conditions that guard changes of the sessions table, each with a name. A comparison with a missing attribute
 * is false, so every clause but ABSENT demands that the item exists: an update never creates one.
 */

/** Nothing is there under this key. */
export const ABSENT = 'attribute_not_exists(user_key)';

/** The item is there; a session that has ended is not. */
export const PRESENT = 'attribute_exists(user_key)';

/** No app has ended the session (see `markWrite`). */
export const UNMARKED = 'attribute_not_exists(web_ended_as)';

/** The session was still in use at `:now`. */
export const NOT_IDLE = `idle_expires_at > :now AND ${UNMARKED}`;

/** The secret of the ticket is the one that was read, and nobody has used it yet. */
export const UNCONFIRMED = 'confirmed_at = :unconfirmed';

/** The secret of the ticket is the one that was read. */
const SECRET_AS_READ = 'secret_hash = :secret_hash';

/** Nobody has used the session since it was read. */
const UNUSED_SINCE_READ = `idle_expires_at = :idle_expires_at AND ${UNMARKED}`;

/** Nothing about the user, the data or the session (but its uses) has changed since it was read. */
export const VERSION_AS_READ = 'version = :version';

/** The session has not reached its absolute end at `:now`. */
const NOT_PAST = 'absolute_expires_at > :now';

/** The session is active at `:now`, and is the one that was read. */
export const ACTIVE_AS_READ = `${NOT_IDLE} AND ${NOT_PAST} AND ${VERSION_AS_READ}`;

/** The ticket is active at `:now`, and has the secret that was read. */
export const ACTIVE_WITH_SECRET = `${NOT_IDLE} AND ${NOT_PAST} AND ${SECRET_AS_READ}`;

/** The session is active at `:now`, and comes from the session at the provider that `:sid_hash` tells. */
export const ACTIVE_OF_PROVIDER_SESSION = `${NOT_IDLE} AND ${NOT_PAST} AND sid_hash = :sid_hash`;

/** The session is active at `:now`, and its provider tells of no sessions. */
export const ACTIVE_OF_NO_PROVIDER_SESSION = `${NOT_IDLE} AND ${NOT_PAST} AND attribute_not_exists(sid_hash)`;

/** The ticket is active at `:now`, and nobody has changed when it is rechecked since it was read. */
export const ACTIVE_WITH_RECHECK = `${NOT_IDLE} AND ${NOT_PAST} AND recheck_at = :recheck_at`;

/** Nobody has used or changed the session since it was read. */
export const AS_READ = `${UNUSED_SINCE_READ} AND ${VERSION_AS_READ}`;

/** DynamoDB would collect the item before `:ttl`, or never: `#ttl` is its TTL. */
export const TTL_BELOW = '(attribute_not_exists(#ttl) OR #ttl < :ttl)';

/** A session that has ended has not been burnt for. */
export const NOT_BURNT = 'attribute_not_exists(burnt_at)';

/** The provider has not told that its session is over. */
export const NOT_ENDED = 'attribute_not_exists(ended_at)';

/**
 * How an active session can end, and the condition of each end. There is no other end, and no way back.
 * A machine whose clock is a little behind ours may just have used a session that is expired by our clock. Then the use wins.
 */
export const ENDINGS: Readonly<Record<EndedReason, typeof PRESENT | typeof AS_READ>> = {
  revoked: PRESENT,
  logout: PRESENT,
  reuse_detected: PRESENT,
  replaced: PRESENT,
  evicted: PRESENT,
  expired: AS_READ,
};
