import { VERSION_AS_READ } from './conditions.ts';

/* The clauses that guard changes of what is kept of a user. */

/** The watermark of the user, if any, lies before `:due`. */
export const WATERMARK_BELOW = '(attribute_not_exists(not_before) OR not_before < :due)';

/** No sign-in by a code exchange has been asked for a new proof since `:now`. */
export const REAUTH_BELOW = '(attribute_not_exists(reauth_after) OR reauth_after < :now)';

/** No sign-in of the user has been ended since the user was read. */
const WATERMARK_AS_READ = '(attribute_not_exists(not_before) OR not_before <= :not_before)';

/** No sign-in by a code exchange has been asked for a new proof since the user was read. */
const REAUTH_AS_READ = '(attribute_not_exists(reauth_after) OR reauth_after <= :reauth_after)';

/** Nothing about the user has changed since it was read, and no more of the user's sign-ins are over, whoever counts versions. */
export const USER_AS_READ = `${VERSION_AS_READ} AND ${WATERMARK_AS_READ} AND ${REAUTH_AS_READ}`;
