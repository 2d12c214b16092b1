import { UNMARKED } from './conditions.ts';

/* The clauses that guard changes of a web app's sessions: of the entry that its user's list shows, and of the session's own item. */

/** A web app's session was still in use at `:now`. */
export const WEB_NOT_IDLE = `web_idle_expires_at > :now AND ${UNMARKED}`;

/** Nobody has used a web app's session since it was read. */
export const WEB_AS_READ = `web_idle_expires_at = :idle_expires_at AND ${UNMARKED}`;

/** The session of a web session library has not ended. */
export const WEB_NOT_ENDED = 'attribute_not_exists(ended_at_ms)';

/** The session of a web session library is active at `:now_ms`. Of one that has ended there are no times. */
export const ACTIVE_WEB = `${WEB_NOT_ENDED} AND idle_expires_at_ms > :now_ms AND absolute_expires_at_ms > :now_ms`;

/** The session of a web session library is the one that its user's list shows under `:id`. */
export const WEB_AS_LISTED = 'id = :id';

/** The session of a web session library is nobody's. */
export const WEB_OF_NOBODY = 'attribute_not_exists(id)';
