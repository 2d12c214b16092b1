/** What our clients send beyond the headers that need no permission (Fetch Standard §3.2). */
export const CORS_REQUEST_HEADERS = ['authorization', 'content-type', 'if-match', 'x-cloakroom-csrf'] as const;

/** What a page may read of an answer to another origin, besides its body. */
export const CORS_ANSWER_HEADERS = ['etag', 'retry-after', 'x-next-cursor'] as const;

/** How long a browser may keep the answer to a preflight. */
export const CORS_MAX_AGE_SECONDS = 600;
