/** What every request with a ticket must hold, as `1`: a header that only a page of a listed origin can send. */
export const CSRF_HEADER = 'x-cloakroom-csrf';

/** Tells, as `1`, that a page asks by itself: no use of the session by a person. */
export const BACKGROUND_HEADER = 'x-cloakroom-background';

/** What our clients send beyond the headers that need no permission (Fetch Standard §3.2). */
export const CORS_REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'if-match',
  BACKGROUND_HEADER,
  CSRF_HEADER,
] as const;

/** What a page may read of an answer to another origin, besides its body. */
export const CORS_ANSWER_HEADERS = ['etag', 'retry-after', 'www-authenticate', 'x-next-cursor'] as const;

/** How long a browser may keep the answer to a preflight. */
export const CORS_MAX_AGE_SECONDS = 600;
